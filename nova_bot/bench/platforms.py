"""The platform bench: Nova behind the real adapter and Slack's own client, 200 events a second for a minute.

The loopback Slack runs in a process of its own. How soon are events acknowledged, how soon does a person see a sign of
life, is a message lost or answered twice, does a thread keep its order?
"""

import asyncio
import json
import resource
import sys
from contextlib import AsyncExitStack, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

from adapters.slack.access import Access
from adapters.slack.adapter import Slack
from nova_bot import app
from nova_bot.bench import stage
from nova_bot.bench.measured import Measured, Target
from nova_bot.bench.slack_side import Load
from nova_bot.core.run import Usage
from nova_bot.models.base import ModelReply, ModelRequest, OnText, StopReason
from nova_bot.settings import Accounts, Settings

TARGETS = {
    "slack_events_per_s": Target(">=", 200),
    "slack_ack_p99_ms": Target("<", 300),
    "slack_sign_p95_ms": Target("<", 1_000),
    **{f"slack_{what}": Target("==", 0) for what in ("lost", "doubled", "out_of_order")},
}
A_MINUTE = Load()
OWNER = Accounts(slack=("T0TEAM/U0ADA",))


class EchoModel:
    """Answers with the request itself, without delay."""

    async def reply(self, request: ModelRequest, on_text: OnText | None = None) -> ModelReply:  # noqa: ARG002
        """The last line of what was asked."""
        asked = request.pack.items[-1].text.splitlines()[-1]
        return ModelReply(f"Heard: {asked}", (), StopReason.END, Usage(calls=1), "echo")

    async def close(self) -> None:
        """Nothing to let go of."""


def measure(_data: Path | None, settings: Settings, load: Load = A_MINUTE) -> Measured:
    """A minute of load."""
    found = played(settings, load)
    figures = {f"slack_{key}": figure for key, figure in found.items() if key != "rss_growth_mb"}
    figures["slack_events_per_s"] = found["events"] / load.seconds
    return Measured(figures, TARGETS)


def played(settings: Settings, load: Load) -> dict[str, float]:
    """What came of a load, and by how many MB this process grew in its last two thirds."""
    settings.home.mkdir(parents=True, exist_ok=True, mode=0o700)
    with TemporaryDirectory(prefix="bench-", dir=settings.home) as folder:
        own = stage.on_stage(settings, Path(folder)).model_copy(update={"owner": OWNER})
        return asyncio.run(_slack(own, load))


async def _slack(settings: Settings, load: Load) -> dict[str, float]:
    side = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "nova_bot.bench.slack_side", *load.args, stdout=asyncio.subprocess.PIPE
    )
    assert side.stdout is not None
    async with AsyncExitStack() as stack:
        stack.push_async_callback(_ended, side)
        url = json.loads(await side.stdout.readline())["url"]
        adapter = Slack(Access("xoxb-test", "xapp-test", base_url=url))
        stack.push_async_callback(adapter.close)
        running = app.running(settings, [adapter.courier], model=EchoModel(), make_team=stage.team)
        async with running as nova:
            serving = asyncio.create_task(adapter.serve(nova.receive))
            middle = asyncio.create_task(_rss_after(load.seconds / 3))
            try:
                answer = await side.stdout.readline()
            finally:
                serving.cancel()
                with suppress(asyncio.CancelledError):
                    await serving
        figures: dict[str, float] = json.loads(answer)
        return {**figures, "rss_growth_mb": _rss_mb() - await middle}


async def _ended(side: asyncio.subprocess.Process) -> None:
    if side.returncode is None:
        side.kill()
    await side.wait()


async def _rss_after(seconds: float) -> float:
    await asyncio.sleep(seconds)
    return _rss_mb()


def _rss_mb() -> float:
    """What this process has held at most."""
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / (1 << 20 if sys.platform == "darwin" else 1 << 10)
