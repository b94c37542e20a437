"""A file of questions for `--batch`: one JSON object a line."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from nova_bot.core.errors import BadInput
from nova_bot.core.text import clip

Line = TypeVar("Line", bound=BaseModel)


def lines(batch: Path, form: type[Line]) -> Iterator[Line]:
    """The lines of `batch`, each as a `form`; `-` is stdin, and empty lines are passed over. Raises BadInput."""
    stream = sys.stdin.buffer if str(batch) == "-" else batch.open("rb")
    with stream:
        for number, line in enumerate(stream, 1):
            if line.strip():
                try:
                    yield form.model_validate_json(line.decode("utf-8", "replace"))
                except ValidationError as error:
                    raise BadInput(where=f"{batch}:{number}", problem=_first(error)) from None


def _first(error: ValidationError) -> str:
    """The first problem, with the key that it is about."""
    found = error.errors()[0]
    key = ".".join(map(str, found["loc"]))
    return clip(f'"{key}": {found["msg"]}' if key else str(found["msg"]), 80)
