"""How fast values are written to the cache and read from it."""

import json
import subprocess

from bench.contenders import Contender
from bench.process import Ended, clean_environment
from bench.setting import Setting

SECTIONS = {"write": "cache write", "read": "cache read"}


def measure(setting: Setting, client: Contender) -> None:
    """Runs the client, which measures itself, once."""
    setting.server.clear()
    ended = subprocess.run(
        [*client.command, setting.server.url, str(setting.scale.cache_operations)],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        env=clean_environment({}),
        timeout=600,
        check=False,
    )
    if ended.returncode != 0:
        raise Ended(f"{client.name} has ended with exit code {ended.returncode}\n{ended.stderr}")
    for line in ended.stdout.splitlines():
        figures = json.loads(line)
        setting.add(SECTIONS[figures.pop("operation")], client.name, figures)
