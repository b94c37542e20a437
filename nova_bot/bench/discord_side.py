"""The other side of the platform bench for Discord: a loopback Discord in a process of its own, and people who write.

Prints its address and who the owner is as one JSON line, waits for the app, lets people write, and prints the figures.
A message has no acknowledgement on Discord; commands have, so some of the requests are commands.
"""

import asyncio
import json
import random
import sys
from collections import defaultdict

from adapters.fakes.discord import Channel, FakeDiscord, Interaction, Message
from nova_bot.bench.slack_side import NUMBER, SETTLE_S, Load, percentile

ADA = "ada"
COMMANDS = 0.1
"""The share of requests that are made by command."""


async def main(load: Load) -> None:
    """The whole life of this process."""
    channels = tuple(f"c{number}" for number in range(load.channels))
    async with FakeDiscord(users=(ADA,), channels=channels) as discord:
        print(json.dumps({"url": discord.url, "owner": str(discord.user(ADA).id), "token": discord.token}), flush=True)
        await discord.ready(within=60.0)
        await discord.until(lambda: discord.world.commands.get(0), within=60.0)
        people = People(discord, load)
        await people.speak()
        await people.settled()
        print(json.dumps(people.figures()), flush=True)


class People:
    """Those who write, and what became of it."""

    def __init__(self, discord: FakeDiscord, load: Load) -> None:
        self._discord = discord
        self._load = load
        self._chance = random.Random(1)  # noqa: S311 - the same load each time
        self._mentions: list[Message] = []
        self._commands: list[Interaction] = []
        self._threads: dict[str, int] = {}
        self._asked = 0

    async def speak(self) -> None:
        """Half of the requests begin a thread, half follow in one that is open already."""
        clock = asyncio.get_running_loop().time
        began = clock()
        while clock() - began < self._load.seconds:
            self._ask(f"c{self._asked % self._load.channels}", f"message no. {self._asked}")
            self._asked += 1
            if self._chance.random() < self._load.trouble:
                self._trouble()
            await asyncio.sleep(max(0.0, began + self._asked / self._load.posts_per_s - clock()))

    def _ask(self, channel: str, text: str) -> None:
        discord, thread = self._discord, self._open_thread(channel)
        if self._chance.random() < COMMANDS:
            self._commands.append(discord.slash("nova ask", channel, ADA, text=text))
        elif thread is None or self._chance.random() < 0.5:
            self._mentions.append(discord.user_says(channel, ADA, f"@Nova {text}"))
            self._threads[channel] = self._mentions[-1].id
        else:
            discord.user_says(thread, ADA, text)

    def _open_thread(self, channel: str) -> Channel | None:
        return self._discord.world.channels.get(self._threads.get(channel, 0))

    def _trouble(self) -> None:
        discord, route = self._discord, "POST /channels/*/messages"
        match self._chance.randrange(8):
            case 0:
                discord.drop_ws()
            case 1:
                discord.op7()
            case 2:
                discord.invalidate(resumable=False)
            case 3:
                discord.malformed()
            case 4:
                discord.rate_limit(route, 0.5)
            case 5:
                discord.fail(route, 503)
            case 6:
                discord.fail(route, 503, stored=True)
            case 7:
                discord.cut(route, stored=True)

    async def settled(self) -> None:
        """Until every request has an answer, or it takes too long."""
        try:
            await self._discord.until(lambda: len(self._numbers()) >= self._asked - self._unheard(), within=SETTLE_S)
        except AssertionError:
            print("not everything was answered in time", file=sys.stderr)
        await asyncio.sleep(1.0)  # for what would come twice

    def _unheard(self) -> int:
        """Commands that came while nobody listened: Discord tells the person, and never repeats them."""
        return sum(self._discord.interaction(one).answer is None for one in self._commands)

    def _numbers(self) -> dict[int, int]:
        counts: defaultdict[int, int] = defaultdict(int)
        for numbers in self._answers().values():
            for number in numbers:
                counts[number] += 1
        return counts

    def _answers(self) -> dict[int, list[int]]:
        """The numbers that were answered, in the order of the posts, by channel."""
        answers: defaultdict[int, list[int]] = defaultdict(list)
        bot = self._discord.bot.id
        for post in list(self._discord.world.messages.values()):
            if post.author == bot and post.content.startswith("Heard: "):
                answers[post.channel] += [int(number) for number in NUMBER.findall(post.content)[:1]]
        return answers

    def figures(self) -> dict[str, float]:
        """What became of it. Times in milliseconds."""
        acks = [one.answer.seconds * 1_000 for one in map(self._discord.interaction, self._commands) if one.answer]
        counts = self._numbers()
        return {
            "events": self._discord.gateway.events,
            "ack_p50_ms": percentile(50, acks),
            "ack_p99_ms": percentile(99, acks),
            "unheard_commands": self._unheard(),
            "lost": self._asked - self._unheard() - len(counts),
            "doubled": sum(count > 1 for count in counts.values()),
            "out_of_order": sum(numbers != sorted(numbers) for numbers in self._answers().values()),
            "sign_p95_ms": percentile(95, self._signs()),
        }

    def _signs(self) -> list[float]:
        """From a mention to the eyes on it."""
        said = {message.id: message.sent_at for message in self._mentions}
        taken = []
        for call in self._discord.calls("PUT /channels/*/messages/*/reactions/*/@me"):
            number = int(call.route.split("/")[4])
            if number in said:
                taken.append((call.at - said[number]).total_seconds() * 1_000)
        return taken


if __name__ == "__main__":
    asyncio.run(main(Load.read(sys.argv[1:])))
