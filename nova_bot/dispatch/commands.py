"""Commands that Nova answers itself, the same on every platform."""

from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from nova_bot.core.button import Button
from nova_bot.core.deed import Word
from nova_bot.core.envelope import Envelope, Kind, Place, Sender, Standing
from nova_bot.core.errors import Addressee, NovaError
from nova_bot.core.outcome import EndingKind
from nova_bot.core.reminder import Reminder
from nova_bot.core.roster import Roster
from nova_bot.core.run import Run, Usage
from nova_bot.core.text import clip, counted
from nova_bot.core.wording import say
from nova_bot.dispatch import references, whys
from nova_bot.engine.approving import Desk
from nova_bot.engine.working import Working
from nova_bot.ledger import overview, reminders
from nova_bot.ledger.notes import LedgerNotes
from nova_bot.ledger.overview import Asked
from nova_bot.ledger.store import Ledger
from nova_bot.routing.address import without_mention

LONGEST_NUMBER = 15
"""Digits of a note's number that every database can hold."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What Nova says to a command, and what can be pressed under it where it is kept."""

    text: str
    buttons: tuple[Button, ...] = ()


Verb = Callable[[str, Place, Sender], Awaitable[str | Answer]]


@dataclass(frozen=True, slots=True)
class Overview:
    """What concerns one person now: runs under way, questions that wait for an answer, reminders to come, and the
    usage of the last 30 days: his own, or everybody's for the owner.
    """

    running: tuple[Run, ...]
    questions: tuple[Asked, ...]
    reminders: tuple[Reminder, ...]
    usage: Usage

    def through(self, cleaned: Callable[[str], str]) -> "Overview":
        """The same with each text that somebody wrote put through `cleaned`."""
        running = (replace(one, route=replace(one.route, request=cleaned(one.route.request))) for one in self.running)
        asked = (
            replace(one, question=replace(one.question, text=cleaned(one.question.text))) for one in self.questions
        )
        coming = (replace(one, what=cleaned(one.what)) for one in self.reminders)
        return Overview(tuple(running), tuple(asked), tuple(coming), self.usage)


@dataclass(frozen=True, slots=True)
class Commands:
    """Each verb takes the rest of the line, where it was said and by whom, and gives Markdown.

    What it raises for its asker is the answer too. `more` are the verbs of other rooms.
    """

    ledger: Ledger
    roster: Callable[[], Roster]
    clock: Callable[[], datetime]
    working: Working
    desk: Desk
    more: Mapping[str, Verb] = field(default_factory=dict)

    @property
    def verbs(self) -> dict[str, Verb]:
        """What can be asked."""
        return {
            "status": self._status,
            "stop": self._stop,
            "approve": self._approve,
            "deny": self._deny,
            "confirm": self._confirm,
            "agents": self._agents,
            "why": self._why,
            "usage": self._usage,
            "help": self._help,
            **self.more,
        }

    async def answer(self, verb: str, rest: str, place: Place, by: Sender) -> Answer | None:
        """The answer to a command, None for a verb that is not Nova's."""
        if verb not in self.verbs:
            return None
        try:
            return await self.obeyed(verb, rest, place, by)
        except NovaError as error:
            if error.addressee is not Addressee.ASKER:
                raise
            return Answer(str(error))

    async def obeyed(self, verb: str, rest: str, place: Place, by: Sender) -> Answer:
        """The answer to a command that is Nova's; it raises what there is to tell its asker."""
        said = await self.verbs[verb](rest.strip(), place, by)
        return Answer(said) if isinstance(said, str) else said

    async def overview(self, by: Sender) -> Overview:
        """What concerns one person now, on whichever platform it began."""
        mine = tuple(run for run in self.working.runs if run.envelope.sender.person == by.person)
        usage = sum((used for _, _, used in await self._usage_of(by)), Usage())
        return Overview(mine, await overview.asked(self.ledger, by), await self._reminders_of(by), usage)

    async def _usage_of(self, by: Sender) -> list[tuple[str, int, Usage]]:
        """What the last 30 days took, by agent: the owner pays for everybody, anyone else sees what he asked for."""
        person = "" if by.standing is Standing.OWNER else by.person
        return await overview.usage_since(self.ledger, self.clock() - timedelta(days=30), person)

    async def _reminders_of(self, by: Sender) -> tuple[Reminder, ...]:
        return tuple(await reminders.of_owner(self.ledger, by.person))

    async def _status(self, rest: str, place: Place, by: Sender) -> str:  # noqa: ARG002
        run = self.working.at(place)
        others = len(self.working.runs) - (run is not None)
        lines = [underway(run, self.clock()) if run else say("command", "nothing_runs")]
        question = (await self.ledger.conversation(place)).question
        if question and not run:
            lines.append(say("command", "waits", question=question.text))
        if others:
            lines.append(say("command", "elsewhere", count=others))
        return "\n".join(lines)

    async def _stop(self, rest: str, place: Place, by: Sender) -> str:  # noqa: ARG002
        """Who asked may stop it, and the owner; nobody else's work is his to stop."""
        run = self.working.at(place)
        if run and by.standing is not Standing.OWNER and by.person != run.envelope.sender.person:
            return say("command", "not_yours", run=run.name)
        run = self.working.stop(place)
        return say("command", "stopping", run=run.name) if run else say("command", "nothing_runs")

    async def _approve(self, rest: str, place: Place, by: Sender) -> str:  # noqa: ARG002
        return await self.desk.command(Word.YES, rest, by)

    async def _deny(self, rest: str, place: Place, by: Sender) -> str:  # noqa: ARG002
        return await self.desk.command(Word.NO, rest, by)

    async def _confirm(self, rest: str, place: Place, by: Sender) -> str:  # noqa: ARG002
        """Only the owner makes words from outside his own."""
        number = rest.removeprefix("note").strip()
        if by.standing is not Standing.OWNER or not number.isdecimal() or len(number) > LONGEST_NUMBER:
            return say("command", "nothing_to_confirm")
        text = await LedgerNotes(self.ledger).confirm(by.person, int(number))
        return say("command", "confirmed", number=number, text=text) if text else say("command", "nothing_to_confirm")

    async def _agents(self, rest: str, place: Place, by: Sender) -> str:  # noqa: ARG002
        """All of them, a short line each; those that a word fits, with all that they are for."""
        if not rest:
            return "\n".join(f"- **{spec.name}**: {spec.summary}" for spec in self.roster())
        wanted = [spec for spec in self.roster() if rest.casefold() in f"{spec.name} {spec.description}".casefold()]
        return "\n".join(f"- **{spec.name}**: {spec.description}" for spec in wanted) or say(
            "command", "no_agent", name=rest
        )

    async def _why(self, rest: str, place: Place, by: Sender) -> str:  # noqa: ARG002
        if not rest and not await overview.latest_runs(self.ledger, 1, place):
            return say("command", "nothing_yet")
        reference = await references.resolve(self.ledger, rest, place)
        walk = await whys.walk(self.ledger, reference.claim, place)
        way = [f"- {line}" for line in walk.lines[:-1]]
        weak = say("why", "weak", claim=walk.path[-1], what=walk.weakness) if walk.weakness else say("why", "solid")
        about = [reference.corrected] if reference.corrected else []
        return "\n".join([*_routed(reference.run), *about, *way, "", weak, _ended(reference.run)])

    async def _usage(self, rest: str, place: Place, by: Sender) -> str:  # noqa: ARG002
        lines = [
            f"- **{agent}**: {counted(steps, 'step')}, {cost(usage)}"
            for agent, steps, usage in await self._usage_of(by)
        ]
        whose = "usage_all" if by.standing is Standing.OWNER else "usage_own"
        return "\n".join([say("command", whose), *lines]) if lines else say("command", "nothing_yet")

    async def _help(self, rest: str, place: Place, by: Sender) -> str:  # noqa: ARG002
        return say("command", "help")


def spoken(envelope: Envelope, verbs: Collection[str]) -> tuple[str, str] | None:
    """The verb and the rest of a command: of kind COMMAND, or a message `!status` or `/status`. None for anything else.

    `!` is for places where a platform keeps `/` for itself, such as Slack's threads.
    """
    text = without_mention(envelope.text)
    if envelope.kind is Kind.MESSAGE:
        if not text.startswith(("!", "/")):
            return None
        text = text[1:]
    elif envelope.kind is not Kind.COMMAND:
        return None
    verb, _, rest = text.partition(" ")
    return (verb.casefold(), rest.strip()) if verb.casefold() in verbs else None


def underway(run: Run, now: datetime) -> str:
    """How far a run is, in one line."""
    return say(
        "command", "runs", run=run.name, agent=run.agent, step=len(run.steps) + 1,
        seconds=int((now - run.started).total_seconds()), cost=cost(run.usage),
    )  # fmt: skip


def cost(usage: Usage) -> str:
    """Tokens and money in words."""
    money = "cost unknown" if usage.usd is None else f"{usage.usd:.4f} USD"
    return f"{usage.tokens:,} tokens, {money}"


def explained(run: Run) -> str:
    """Why a run went where it did, in a few lines, and every claim of it."""
    claims = [f"- {claim.id} {claim.basis.value}: {clip(claim.text, 100)}" for claim in run.claims]
    return "\n".join([*_routed(run), "", *claims, "", _ended(run)])


def _routed(run: Run) -> list[str]:
    route = run.route
    lines = [f"**{run.name}** went to **{route.agent}** by rule *{route.rule}*{f': {route.why}' if route.why else ''}."]
    if run.ending and not run.steps and run.ending.kind in (EndingKind.ANSWERED, EndingKind.ASKED):
        lines.append(say("why", "own"))
    others = [c for c in route.candidates if c.agent != route.agent][:3]
    if others:
        lines.append("Next best: " + ", ".join(f"{c.agent} {c.p:.2f}" for c in others) + ".")
    if route.would_change:
        lines.append(f"What would have changed it: {route.would_change}.")
    hops = [f"{run.route.agent}", *(handed.to for handed in run.hand_offs)]
    if len(hops) > 1:
        lines.append("Handed on: " + " -> ".join(hops) + ".")
    return lines


def _ended(run: Run) -> str:
    ended = run.ending.kind.value if run.ending else "still running"
    return f"Ended: {ended}; {counted(len(run.steps), 'step')}, {cost(run.usage)}."
