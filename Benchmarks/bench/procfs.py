"""What Linux tells about processes in /proc."""

import contextlib
import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

_PROC = Path("/proc")
_TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")
_ESTABLISHED = "01"


@dataclass(frozen=True)
class Stat:
    """What is read from a process's `stat` file."""

    parent: int
    ticks: int

    @classmethod
    def parse(cls, text: str) -> "Stat":
        """Reads the file's text; see proc(5)."""
        # The command's name, in parentheses, may itself hold blanks and parentheses.
        fields = text.rpartition(")")[2].split()
        # utime, stime, and the same of the children that have ended and were waited for.
        return cls(parent=int(fields[1]), ticks=sum(int(field) for field in fields[11:15]))


def parse_pss(text: str) -> int:
    """The proportional set size in bytes, from the text of `smaps_rollup`."""
    for line in text.splitlines():
        name, _, value = line.partition(":")
        if name == "Pss":
            return int(value.split()[0]) * 1024
    raise ValueError("there is no Pss in it")


def parse_connections(text: str, port: int) -> set[str]:
    """The inodes of the established connections to a remote port, from the text of `net/tcp`."""
    inodes: set[str] = set()
    for line in text.splitlines()[1:]:
        fields = line.split()
        if int(fields[2].rpartition(":")[2], 16) == port and fields[3] == _ESTABLISHED:
            inodes.add(fields[9])
    return inodes


def tree(pid: int) -> list[int]:
    """The process, its children, and theirs."""
    children: dict[int, list[int]] = {}
    for entry in _PROC.iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError):
                stat = Stat.parse((entry / "stat").read_text())
                children.setdefault(stat.parent, []).append(int(entry.name))
    found = [pid]
    for member in found:
        found += children.get(member, [])
    return found


def cpu_seconds(pids: Iterable[int]) -> float:
    """The processor time that the processes, and children of theirs that have ended, have used."""
    ticks = 0
    for pid in pids:
        with contextlib.suppress(OSError):
            ticks += Stat.parse((_PROC / str(pid) / "stat").read_text()).ticks
    return ticks / _TICKS_PER_SECOND


def memory_bytes(pids: Iterable[int]) -> int:
    """The memory of the processes; what several share is divided among them (PSS)."""
    total = 0
    for pid in pids:
        with contextlib.suppress(OSError):
            total += parse_pss((_PROC / str(pid) / "smaps_rollup").read_text())
    return total


def connections(pids: Iterable[int], port: int) -> int:
    """How many connections to a local port the processes hold; one that several inherited counts once."""
    sockets: set[str] = set()
    for pid in pids:
        with contextlib.suppress(OSError):
            for descriptor in (_PROC / str(pid) / "fd").iterdir():
                with contextlib.suppress(OSError):
                    target = os.readlink(descriptor)
                    if target.startswith("socket:["):
                        sockets.add(target[8:-1])
    return len(sockets & parse_connections((_PROC / "net" / "tcp").read_text(), port))
