"""Which package traits the programs under test were built with."""

import os

#: `scripts/test` builds with all of them and says so; a plain `swift build` has none.
ALL_TRAITS = os.environ.get("INTEROP_TRAITS") == "all"

#: What needs a trait, by Celery's names.
BY_TRAIT = {"yaml": "YAML", "bzip2": "Bzip2", "lzma": "LZMA", "brotli": "Brotli", "auth": "Auth"}


def missing_trait(*names: str | None) -> str | None:
    """The trait that was not built in and that one of these serializers or compressions needs."""
    needed = [BY_TRAIT[name] for name in names if name in BY_TRAIT]
    return None if ALL_TRAITS or not needed else needed[0]
