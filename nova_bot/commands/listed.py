"""Lists on the command line: the lines on stdout, or one sentence on stderr that there are none."""

import sys
from collections.abc import Iterable

from nova_bot.core.wording import say


def listed(lines: Iterable[str], nothing: str) -> int:
    """Print `lines`; where there are none, what the wording under `empty` says to `nothing`. The exit code, 0."""
    shown = 0
    for line in lines:
        print(line)
        shown += 1
    if not shown:
        print(say("empty", nothing), file=sys.stderr)
    return 0
