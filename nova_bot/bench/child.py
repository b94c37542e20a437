"""A fresh process for the load bench: `idle HOME SECONDS`, `hang HOME` or `resume HOME`; results go to stdout."""

import asyncio
import resource
import sys
import time
from pathlib import Path

from nova_bot import app
from nova_bot.bench import stage
from nova_bot.models.base import ModelReply, ModelRequest, OnText
from nova_bot.models.offline import OfflineModel
from nova_bot.settings import Settings

SECOND_AGENT = "second"
PATIENCE_S = 30.0


class HangingModel(stage.InstantModel):
    """Hands over once; the second agent never answers. `all_hang` is set when every conversation is that far."""

    def __init__(self) -> None:
        self.all_hang = asyncio.Event()
        self._hanging = 0

    async def reply(self, request: ModelRequest, on_text: OnText | None = None) -> ModelReply:
        """The instant model's reply, or none at all."""
        if request.pack.agent == SECOND_AGENT:
            self._hanging += 1
            if self._hanging == stage.CONVERSATIONS:
                self.all_hang.set()
            await asyncio.Event().wait()
        return await super().reply(request, on_text)


async def idle(home: Path, seconds: float) -> None:
    """Print the share of a CPU and the memory (MB) that a Nova takes which nobody talks to."""
    settings = Settings().model_copy(update={"home": home, "agents": None, "database_url": ""})
    async with app.running(settings, [stage.Counter()], model=OfflineModel()) as nova:
        await nova.recover()  # starts the clock, as `nova serve` does
        await asyncio.sleep(1)
        cpu, wall = time.process_time(), time.perf_counter()
        await asyncio.sleep(seconds)
        percent = (time.process_time() - cpu) / (time.perf_counter() - wall) * 100
        print(percent, rss_mb(), flush=True)


async def hang(home: Path) -> None:
    """Begin a run in every conversation, say so, and wait to be killed."""
    model = HangingModel()
    async with stage.playing(stage.on_stage(Settings(), home), model) as nova:
        for conversation in range(stage.CONVERSATIONS):
            await nova.receive(stage.message(conversation))
        async with asyncio.timeout(PATIENCE_S):
            await model.all_hang.wait()
        print("hanging", flush=True)
        await asyncio.Event().wait()


async def resume(home: Path) -> None:
    """Answer what a killed process left, and print how many that were."""
    async with stage.playing(stage.on_stage(Settings(), home), stage.InstantModel()) as nova:
        runs = await asyncio.gather(*await nova.recover())
        if len(runs) != stage.CONVERSATIONS:
            raise SystemExit(f"{len(runs)} runs were left to resume instead of {stage.CONVERSATIONS}")
        print(len(runs), flush=True)


def rss_mb() -> float:
    """The memory of this process: what it holds now where that can be told, else its peak."""
    pages = Path("/proc/self/statm")
    if pages.exists():
        return int(pages.read_text().split()[1]) * resource.getpagesize() / 1e6
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 1e6 if sys.platform == "darwin" else peak / 1e3


def main(mode: str, home: str, *more: str) -> None:
    """Do what the first argument says."""
    match mode:
        case "idle":
            asyncio.run(idle(Path(home), float(more[0])))
        case "hang":
            asyncio.run(hang(Path(home)))
        case "resume":
            asyncio.run(resume(Path(home)))


if __name__ == "__main__":
    main(*sys.argv[1:])
