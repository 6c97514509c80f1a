"""The app of `support/python_tasks.py`, with Celery's serializer `auth`; its settings say with which keys.

A module of its own, for `setup_security` changes kombu's serializers for the whole process.
"""

from support.python_tasks import app

__all__ = ["app"]

app.setup_security()
