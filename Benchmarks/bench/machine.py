"""On what was measured, and with which versions."""

import os
import platform
import subprocess
from importlib.metadata import version
from pathlib import Path

_PYTHON_PACKAGES = ("celery", "kombu", "redis", "fastapi", "uvicorn", "uvloop", "httptools")


def facts(redis_version: str) -> list[tuple[str, str]]:
    """Names and values, for a table."""
    load = os.getloadavg()
    return [
        ("processors", f"{os.cpu_count()} × {_processor()}"),
        ("memory", f"{os.sysconf('SC_PHYS_PAGES') * os.sysconf('SC_PAGE_SIZE') / 1e9:.0f} GB"),
        ("system", f"{platform.freedesktop_os_release()['PRETTY_NAME']}, Linux {platform.release()}"),
        ("load before the run", f"{load[0]:.2f} (1 min), {load[1]:.2f} (5 min)"),
        ("Redis", redis_version),
        ("Swift", _first_line("swift", "--version").removeprefix("Swift version ").partition(" (")[0]),
        ("Python", platform.python_version()),
        *((name, version(name)) for name in _PYTHON_PACKAGES),
        ("wrk", _first_line("wrk", "-v").removeprefix("wrk ").partition(" ")[0]),
    ]


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
        name, _, value = line.partition(":")
        if name.strip() == "model name":
            return value.strip()
    return platform.machine()


def _first_line(*command: str) -> str:
    try:
        # wrk shows its version together with a complaint about its arguments.
        ended = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    except FileNotFoundError:
        return "unknown"
    return (ended.stdout.strip() or "unknown").splitlines()[0]
