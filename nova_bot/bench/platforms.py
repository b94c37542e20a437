"""The platform bench: Nova behind the real adapters and the platforms' own clients, 200 events a second for a minute.

The loopback platform runs in a process of its own. How soon are events acknowledged, how soon does a person see a
sign of life, is a message lost or answered twice, does a thread keep its order?
"""

import asyncio
import json
import resource
import sys
from collections.abc import Mapping
from contextlib import AsyncExitStack, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

from adapters.base import supervised
from nova_bot import app, parts
from nova_bot.bench import stage
from nova_bot.bench.measured import Measured, Target
from nova_bot.bench.slack_side import Load
from nova_bot.core.run import Usage
from nova_bot.models.base import ModelReply, ModelRequest, OnText, StopReason
from nova_bot.platforms import Platform
from nova_bot.settings import Accounts, Settings

OF_EACH = {
    "events_per_s": Target(">=", 200),
    "ack_p99_ms": Target("<", 300),
    "sign_p95_ms": Target("<", 1_000),
    **{what: Target("==", 0) for what in ("lost", "doubled", "out_of_order")},
}
LOADS = {"slack": Load(), "discord": Load(posts_per_s=42.0)}
"""About as many events each: a mention makes two on Slack and, with its answer, six on Discord."""
TARGETS = {f"{platform}_{what}": target for platform in LOADS for what, target in OF_EACH.items()}


class EchoModel:
    """Answers with the request itself, without delay."""

    async def reply(self, request: ModelRequest, on_text: OnText | None = None) -> ModelReply:  # noqa: ARG002
        """The last line of what was asked."""
        asked = request.pack.items[-1].text.splitlines()[-1]
        return ModelReply(f"Heard: {asked}", (), StopReason.END, Usage(calls=1), "echo")

    async def close(self) -> None:
        """Nothing to let go of."""


def measure(_data: Path | None, settings: Settings, loads: Mapping[str, Load] = LOADS) -> Measured:
    """A minute of load on each platform."""
    figures: dict[str, float] = {}
    for platform, load in loads.items():
        found = played(settings, load, platform)
        figures |= {f"{platform}_{key}": figure for key, figure in found.items() if key != "rss_growth_mb"}
        figures[f"{platform}_events_per_s"] = found["events"] / load.seconds
    return Measured(figures, TARGETS)


def played(settings: Settings, load: Load, platform: str = "slack") -> dict[str, float]:
    """What came of a load, and by how many MB this process grew in its last two thirds."""
    settings.home.mkdir(parents=True, exist_ok=True, mode=0o700)
    with TemporaryDirectory(prefix="bench-", dir=settings.home) as folder:
        return asyncio.run(_played(stage.on_stage(settings, Path(folder)), load, platform))


async def _played(settings: Settings, load: Load, platform: str) -> dict[str, float]:
    side = await asyncio.create_subprocess_exec(
        sys.executable, "-m", f"nova_bot.bench.{platform}_side", *load.args, stdout=asyncio.subprocess.PIPE
    )
    assert side.stdout is not None
    async with AsyncExitStack() as stack:
        stack.push_async_callback(_ended, side)
        hello = json.loads(await side.stdout.readline())
        made, owner = (_slack if platform == "slack" else _discord)(hello, settings, stack)
        stack.push_async_callback(made.close)
        own = settings.model_copy(update={"owner": owner})
        async with app.running(own, [made.courier], model=EchoModel(), make_team=stage.team) as nova:
            serving = asyncio.create_task(supervised(made.adapter(nova), nova.receive, _told))
            middle = asyncio.create_task(_rss_after(load.seconds / 3))
            try:
                answer = await side.stdout.readline()
            finally:
                serving.cancel()
                with suppress(asyncio.CancelledError):
                    await serving
        figures: dict[str, float] = json.loads(answer)
        return {**figures, "rss_growth_mb": _rss_mb() - await middle}


def _slack(hello: dict[str, str], _settings: Settings, _stack: AsyncExitStack) -> tuple[Platform, Accounts]:
    from adapters.slack.access import Access
    from adapters.slack.adapter import Slack

    adapter = Slack(Access("xoxb-test", "xapp-test", base_url=hello["url"]))
    return Platform(adapter.courier, lambda _nova: adapter, adapter.close), Accounts(slack=("T0TEAM/U0ADA",))


def _discord(hello: dict[str, str], settings: Settings, stack: AsyncExitStack) -> tuple[Platform, Accounts]:
    from adapters.discord.adapter import Discord
    from adapters.discord.courier import DiscordCourier
    from adapters.fakes.discord import pointed_at

    stack.enter_context(pointed_at(hello["url"]))
    courier = DiscordCourier(hello["token"], parts.now)
    made = Platform(courier, lambda nova: Discord(courier, hello["token"], nova.people, settings.home), courier.close)
    return made, Accounts(discord=(hello["owner"],))


async def _told(text: str) -> None:
    print(text, file=sys.stderr)


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
