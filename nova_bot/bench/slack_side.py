"""The other side of the platform bench: a loopback Slack in a process of its own, people who write, what became of it.

Prints its address as one JSON line, waits for the app's socket, lets people write, and prints the figures.
"""

import asyncio
import json
import random
import re
import sys
from collections import defaultdict
from dataclasses import dataclass

from adapters.fakes.slack import ADA, FakeSlack, Message, Order, Timing
from nova_bot.core.envelope import Place

NOVA_USER = "U0NOVA"
NUMBER = re.compile(r"no\. (\d+)")
SETTLE_S = 60.0


@dataclass(frozen=True, slots=True)
class Load:
    """`posts_per_s` for `seconds`, in so many channels. A mention makes two events, each answer one more.

    `trouble` is the chance, per post, of something going wrong besides: a lost socket, a 429, a 5xx, a lost answer.
    """

    seconds: float = 60.0
    posts_per_s: float = 80.0
    channels: int = 400
    trouble: float = 0.0

    @classmethod
    def read(cls, args: list[str]) -> "Load":
        """From the command line."""
        return cls(float(args[0]), float(args[1]), int(args[2]), float(args[3]))

    @property
    def args(self) -> list[str]:
        """For the command line."""
        return [str(self.seconds), str(self.posts_per_s), str(self.channels), str(self.trouble)]


async def main(load: Load) -> None:
    """The whole life of this process."""
    async with FakeSlack(timing=Timing(ack=3.0, retries=(0.0, 5.0, 15.0))) as slack:
        for number in range(load.channels):
            slack.add_channel(f"C{number:04}", f"c{number}", {ADA, NOVA_USER})
        print(json.dumps({"url": slack.api_url}), flush=True)
        await slack.until(lambda: slack.sockets.count, 60.0)
        posts = await _speak(slack, load, random.Random(1))  # noqa: S311 - the same load each time
        await _settled(slack, posts)
        print(json.dumps(figures(slack, posts)), flush=True)


async def _speak(slack: FakeSlack, load: Load, chance: random.Random) -> list[Message]:
    """Half of the posts begin a thread with a mention, half follow in one."""
    posts: list[Message] = []
    roots: dict[str, Message] = {}
    clock = asyncio.get_running_loop().time
    began = clock()
    while clock() - began < load.seconds:
        number = len(posts)
        channel = f"C{number % load.channels:04}"
        root = roots.get(channel)
        text = f"message no. {number}"
        if root is None or chance.random() < 0.5:
            order = chance.choice(list(Order))
            posts.append(slack.user_says(channel, ADA, f"{slack.mention} {text}", order=order))
            roots[channel] = posts[-1]
        else:
            posts.append(slack.user_says(channel, ADA, text, root.ts))
        if chance.random() < load.trouble:
            await _trouble(slack, chance)
        await asyncio.sleep(max(0.0, began + len(posts) / load.posts_per_s - clock()))
    return posts


async def _trouble(slack: FakeSlack, chance: random.Random) -> None:
    match chance.randrange(6):
        case 0:
            await slack.disconnect()
        case 1:
            slack.kill_sockets()
        case 2:
            slack.rate_limit("chat.postMessage", 1)
        case 3:
            slack.fail("chat.postMessage", status=503)
        case 4:
            slack.drop_after("chat.postMessage")
        case 5:
            slack.drop_before("chat.postMessage")


async def _settled(slack: FakeSlack, posts: list[Message]) -> None:
    """Until every post has an answer and every event its ack, or it takes too long."""
    try:
        await slack.settled(SETTLE_S)
        await slack.until(lambda: len(slack.posts()) >= len(posts), SETTLE_S)
        await asyncio.sleep(0.5)  # for what would come twice
        await slack.settled(SETTLE_S)
    except TimeoutError:
        print("not everything was answered in time", file=sys.stderr)


def figures(slack: FakeSlack, posts: list[Message]) -> dict[str, float]:
    """What became of it. Times in milliseconds."""
    taken = [attempt.took * 1_000 for one in slack.deliveries() for attempt in one.attempts if attempt.acked]
    answers: defaultdict[str, list[int]] = defaultdict(list)
    for post in slack.posts():
        answers[Place("slack", "", post.channel, post.thread).key] += [int(n) for n in NUMBER.findall(post.text)[:1]]
    counts: defaultdict[int, int] = defaultdict(int)
    for numbers in answers.values():
        for number in numbers:
            counts[number] += 1
    return {
        "events": len(slack.deliveries()),
        "ack_p50_ms": percentile(50, taken),
        "ack_p99_ms": percentile(99, taken),
        "lost": sum(counts[number] == 0 for number in range(len(posts))) + len(slack.unacked()),
        "doubled": sum(count > 1 for count in counts.values()),
        "out_of_order": sum(numbers != sorted(numbers) for numbers in answers.values()),
        "sign_p95_ms": percentile(95, _signs(slack, posts)),
    }


def _signs(slack: FakeSlack, posts: list[Message]) -> list[float]:
    """From a mention to the first sign of life in its thread."""
    first: dict[tuple[str, str], float] = {}
    for call in slack.calls("assistant.threads.setStatus"):
        first.setdefault((call.args["channel_id"], call.args["thread_ts"]), call.at)
    began = [(post, first.get((post.channel, post.ts))) for post in posts if not post.thread_ts]
    return [(at - float(post.ts)) * 1_000 for post, at in began if at is not None]


def percentile(percent: int, values: list[float]) -> float:
    """The value below which so many percent lie; 0 for none."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, len(ordered) * percent // 100)] if ordered else 0.0


if __name__ == "__main__":
    asyncio.run(main(Load.read(sys.argv[1:])))
