"""Ports for servers that the tests start."""

import random
import socket

# Below the range from which the kernel takes the ports of outgoing connections (32768 and up):
# a server can come back on its port, and no client that tries to reconnect meanwhile is
# connected to itself.
_LOWEST, _HIGHEST = 20_000, 32_000


def free_port() -> int:
    """A TCP port of the loopback interface on which nothing listens."""
    while True:
        port = random.randint(_LOWEST, _HIGHEST)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
