"""Sends a signature that is signed: `python -m support.signed_client SIGNATURE [--wait]`, the signature in JSON.

With `--wait` it prints the value, in JSON. Settings come as those of a worker do.
"""

import json
import sys

from celery.canvas import Signature

from support.signed_tasks import app


def main(signature: str, *options: str) -> None:
    """Sends it."""
    result = Signature.from_dict(json.loads(signature), app=app).apply_async()
    if "--wait" in options:
        print(json.dumps(result.get(timeout=30)))


if __name__ == "__main__":
    main(*sys.argv[1:])
