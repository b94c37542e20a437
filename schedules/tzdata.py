"""Which edition of the time zone data this process resolves times by."""

from functools import cache
from importlib import metadata
from pathlib import Path
from zoneinfo import TZPATH


@cache
def version() -> str:
    """Such as `2026b`; "" where it can't be told. The system's data go before those of the `tzdata` package."""
    for folder in map(Path, TZPATH):
        for name, mark in (("tzdata.zi", "# version "), ("+VERSION", "")):
            if (folder / name).is_file():
                return (folder / name).read_text("utf-8", "replace").split("\n", 1)[0].removeprefix(mark).strip()
    try:
        return metadata.version("tzdata")
    except metadata.PackageNotFoundError:
        return ""
