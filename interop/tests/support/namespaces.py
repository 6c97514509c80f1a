"""Programs that see less of the system than the tests do."""

import subprocess

import pytest


def unshare(*options: str) -> tuple[str, ...]:
    """The command that runs a program in namespaces of its own; skips the test where they cannot be made."""
    for wrapper in (("unshare", *options), ("unshare", *options, "--user", "--map-root-user")):
        try:
            if subprocess.run([*wrapper, "true"], capture_output=True, check=False).returncode == 0:
                return wrapper
        except FileNotFoundError:
            break
    pytest.skip("namespaces cannot be made here")


def without_folder(path: str) -> tuple[str, ...]:
    """The command that runs a program for which a folder is empty."""
    return (*unshare("--mount"), "sh", "-c", f'mount -t tmpfs none {path} && exec "$@"', "sh")
