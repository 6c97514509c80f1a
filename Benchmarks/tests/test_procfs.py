"""What is read from /proc."""

import os
import socket
import subprocess

from bench import procfs

STAT = "42 (a (strange) name) S 7 42 42 0 -1 4194304 100 200 0 0 11 22 33 44 20 0 1 0 5 1000 10"
ROLLUP = "5581e000-7ffd0000 ---p 00000000 00:00 0 [rollup]\nRss: 9000 kB\nPss: 1234 kB\nPss_Anon: 55 kB\n"
TCP = """\
  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:1A85 0100007F:C350 01 00000000:00000000 00:00000000 00000000     0        0 100 1
   1: 0100007F:C350 0100007F:1A85 01 00000000:00000000 00:00000000 00000000     0        0 200 1
   2: 0100007F:C351 0100007F:1A85 06 00000000:00000000 00:00000000 00000000     0        0 0 1
"""


def test_stat() -> None:
    """Processor time includes children that have ended."""
    assert procfs.Stat.parse(STAT) == procfs.Stat(parent=7, ticks=11 + 22 + 33 + 44)


def test_memory() -> None:
    """Memory is the proportional size, and what of it no file backs."""
    memory = procfs.Memory.parse(ROLLUP)
    assert memory == procfs.Memory(total=1234 * 1024, anonymous=55 * 1024)
    assert memory + memory == procfs.Memory(total=2468 * 1024, anonymous=110 * 1024)


def test_connections() -> None:
    """Connections are those that stand towards the port."""
    assert procfs.parse_connections(TCP, 0x1A85) == {"200"}


def test_tree() -> None:
    """A tree holds children."""
    with subprocess.Popen(["cat"], stdin=subprocess.PIPE) as child:
        assert child.pid in procfs.tree(os.getpid())
        assert child.stdin is not None
        child.stdin.close()


def test_own_usage() -> None:
    """This process has used time and memory."""
    assert procfs.cpu_seconds([os.getpid()]) > 0
    memory = procfs.memory([os.getpid()])
    assert memory.total > memory.anonymous > 0


def test_own_connections() -> None:
    """The connections of this process are counted."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
        assert procfs.connections([os.getpid()], port) == 0
        with socket.create_connection(("127.0.0.1", port)), socket.create_connection(("127.0.0.1", port)):
            assert procfs.connections([os.getpid()], port) == 2
