"""What two of the suite's modules read in their own process, where upstream has the worker."""

import os
from typing import Any

from harness.session import Session


class _Succeeded:
    def __init__(self, session: Session) -> None:
        self._session = session

    def __contains__(self, task_id: object) -> bool:
        return task_id in self._session.succeeded


class _RevokedStamps:
    """Only a new worker forgets the stamps that were revoked."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def clear(self) -> None:
        """Starts a new worker."""
        self._session.restart("the test clears the revoked stamps")


class _Revoked:
    """The ids that the worker reports; it does not report their time stamps."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def as_dict(self) -> dict[str, float]:
        """Ids and times."""
        return dict.fromkeys(self._session.revoked_ids(), 0.0)

    def discard(self, task_id: str) -> None:
        """Nothing: an id that was revoked stays so."""


class WorkerStateView:
    """Stands for `celery.worker.state`."""

    def __init__(self, session: Session) -> None:
        """A view on the session's worker."""
        self.successful_requests = _Succeeded(session)
        self.revoked_stamps = _RevokedStamps(session)
        self.revoked = _Revoked(session)


class OSView:
    """Stands for the module `os`: the process id is the worker's."""

    def __init__(self, session: Session) -> None:
        """A view on the session's worker."""
        self._session = session

    def getpid(self) -> int | None:
        """The worker's process id."""
        return self._session.worker_pid()

    def __getattr__(self, name: str) -> Any:
        """Everything else is the module's."""
        return getattr(os, name)
