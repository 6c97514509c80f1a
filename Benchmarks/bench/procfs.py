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


@dataclass(frozen=True)
class Memory:
    """Bytes of memory; what several processes share is divided among them."""

    # The proportional set size: whatever is mapped and present.
    total: int = 0
    # What no file backs: heaps, stacks, data written to. The rest are pages of files, which the system may drop.
    anonymous: int = 0

    def __add__(self, other: "Memory") -> "Memory":
        """The memory of both."""
        return Memory(self.total + other.total, self.anonymous + other.anonymous)

    @classmethod
    def parse(cls, text: str) -> "Memory":
        """Reads the text of `smaps_rollup`; see proc_pid_smaps(5)."""
        sizes = {name: value for name, _, value in (line.partition(":") for line in text.splitlines())}
        total, anonymous = (int(sizes[name].split()[0]) * 1024 for name in ("Pss", "Pss_Anon"))
        return cls(total, anonymous)


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


def memory(pids: Iterable[int]) -> Memory:
    """The memory of the processes."""
    total = Memory()
    for pid in pids:
        with contextlib.suppress(OSError):
            total += Memory.parse((_PROC / str(pid) / "smaps_rollup").read_text())
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
