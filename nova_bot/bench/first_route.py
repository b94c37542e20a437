"""How long a fresh process takes to its first route, and how much memory it needs.

Run as a program it is that process: it reads texts as a JSON list from stdin, routes them, and prints one JSON
object: `first`, the time (seconds since the epoch) when the first route was there, and `rss_mb` after the last one.
"""

import asyncio
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence

from nova_bot import parts
from nova_bot import settings as settings_of_this_process
from nova_bot.bench.child import rss_mb
from nova_bot.commands.route import Asked, decide, router_of
from nova_bot.judged import Labelled
from nova_bot.settings import Settings

STARTS = 3
"""Fresh processes; the middle one of their figures counts."""

TIMEOUT_S = 300.0


def in_fresh_processes(settings: Settings, messages: Sequence[Labelled]) -> dict[str, float]:
    """`warm_start_s` from the start of a process to its first route, and `rss_mb` when it has routed all `messages`.

    Raises OSError, SubprocessError or ValueError.
    """
    texts = json.dumps([message.text for message in messages])
    starts = [_start(settings, texts) for _ in range(STARTS)]
    return {key: statistics.median(start[key] for start in starts) for key in ("warm_start_s", "rss_mb")}


def _start(settings: Settings, texts: str) -> dict[str, float]:
    home = {"NOVA_HOME": str(settings.home), "NOVA_AGENTS": str(parts.agents_folder(settings))}
    command = [sys.executable, "-m", "nova_bot.bench.first_route"]
    began = time.time()
    done = subprocess.run(  # noqa: S603
        command,
        env={**os.environ, **home},
        input=texts,
        stdout=subprocess.PIPE,
        text=True,
        timeout=TIMEOUT_S,
        check=True,
    )
    told = json.loads(done.stdout)
    return {"warm_start_s": told["first"] - began, "rss_mb": told["rss_mb"]}


def main() -> None:
    """Route what stdin holds."""
    texts: list[str] = json.load(sys.stdin)
    router = asyncio.run(router_of(settings_of_this_process.load()))
    decide(router, Asked(text=texts[0]))
    first = time.time()
    for text in texts:
        decide(router, Asked(text=text))
    print(json.dumps({"first": first, "rss_mb": rss_mb()}))


if __name__ == "__main__":
    main()
