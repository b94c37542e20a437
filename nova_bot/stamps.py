"""Stamps: whether files were added, removed or written, without reading one. A running Nova asks every other second."""

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

Stamp = tuple[tuple[str, int, int], ...]
"""Path, time of the last change and size of each file."""


def stamp(folders: Iterable[Path], endings: tuple[str, ...]) -> Stamp:
    """What changes with any file in `folders` whose name has one of these endings; hidden ones are an editor's own."""
    return tuple(sorted(found for folder in folders for found in _seen(folder, endings)))


def _seen(folder: Path, endings: tuple[str, ...]) -> Iterator[tuple[str, int, int]]:
    try:
        entries = [*os.scandir(folder)]
    except OSError:  # taken away a moment ago
        return
    for entry in entries:
        if entry.name.endswith(endings) and not entry.name.startswith("."):
            yield _state(entry)


def _state(entry: os.DirEntry[str]) -> tuple[str, int, int]:
    try:
        stat = entry.stat()
    except OSError:
        return entry.path, 0, 0
    return entry.path, stat.st_mtime_ns, stat.st_size
