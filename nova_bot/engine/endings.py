"""The ending of a run: what is said, what rests on what, what stays open. Pure."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime

from nova_bot.context import freshness, repair
from nova_bot.context import pack as packs
from nova_bot.context.footer import footer
from nova_bot.core.claims import Basis, Claim, ClaimId
from nova_bot.core.conversation import Asking, Conversation, OpenQuestion, Turn
from nova_bot.core.envelope import Kind, Standing
from nova_bot.core.labels import NOVAS, Integrity, Label, of_model
from nova_bot.core.outcome import Ask, EndingKind, Say, Stop
from nova_bot.core.route import Decision, Route, Rule
from nova_bot.core.run import Ending, Run
from nova_bot.core.wording import say
from nova_bot.engine.skills import Card
from nova_bot.ledger.store import Progress
from nova_bot.trust.grants import spoken
from nova_bot.trust.links import may_hold_one
from nova_bot.trust.sinks import received


def own_words(run: Run, outcome: Say | Ask | Stop, now: datetime, repeated: Label | None = None) -> Label:
    """The label of what Nova itself says. A skill repeats the asker's words and is trusted no more than they are."""
    told, origin = run.claims[0].label, f"{NOVAS}{run.name}"
    if isinstance(outcome, Say):
        return replace(of_model((told, repeated) if repeated else (told,), origin), as_of=now)
    return Label(Integrity.DIRECTORY, origin, told.audience, as_of=now)


def settled(run: Run) -> Say | Ask | Stop | None:
    """What routing alone decides: silence, a question, or that there is nothing to do."""
    match run.route:
        case Route(decision=Decision.SILENT):
            return Stop(EndingKind.SILENT, "")
        case Route(decision=Decision.ASK, question=question, candidates=candidates):
            return Ask(question, tuple(candidate.agent for candidate in candidates))
        case Route(rule=Rule.LINK, said=said):
            return Say(said)
        case Route(said=said) if said:
            return Stop(EndingKind.REFUSED, said)
        case Route(rule=Rule.EMPTY):
            return Stop(EndingKind.REJECTED, say("rejected", "empty"))
        case Route(rule=Rule.BROKEN):
            return failed(run, "internal")
    return None


def leaving(
    run: Run, known: Mapping[ClaimId, Claim], progress: Progress | None, said: str
) -> tuple[Label, frozenset[str]]:
    """The label of what a run says at its end, and the addresses in it that may stay links."""
    if progress is None or progress.pack is None:
        return run.claims[-1].label, frozenset()
    thread, beside = progress.pack.thread, [known[claim] for claim in progress.pack.beside if claim in known]
    label = of_model(thread.labels_with(beside), f"step:{run.name}.{progress.step.n}")
    return label, _links([*thread.claims, *beside], label) if may_hold_one(said) else frozenset()


def in_sight(run: Run, conversation: Conversation) -> tuple[Label, frozenset[str]]:
    """The label of everything that a step of the run can be shown, and the addresses in it that may stay links."""
    known = packs.known(run, conversation).values()
    label = of_model([claim.label for claim in known], f"step:{run.name}")
    return label, _links(known, label)


def _links(shown: Collection[Claim], label: Label) -> frozenset[str]:
    """Addresses as the owner typed them or as a source has them."""
    holding = [claim for claim in shown if may_hold_one(claim.text)]
    said = [spoken(claim.text) for claim in holding if claim.label.integrity is Integrity.OWNER]
    return received(said, [claim.text for claim in holding if claim.basis in (Basis.FOUND, Basis.TOLD)], label)


def failed(run: Run, why: str, **facts: object) -> Stop:
    """The run failed; `why` names the reason in the wording."""
    return Stop(EndingKind.FAILED, say("ending", "failed", reason=say("failed", why, **facts), run=run.name))


def stopped(run: Run) -> Stop:
    """The run was stopped by a person."""
    return Stop(EndingKind.STOPPED, say("ending", "stopped", run=run.name))


def ending_of(outcome: Say | Ask | Stop) -> Ending:
    """How a run with this outcome ended."""
    match outcome:
        case Say(cut=True):
            return Ending(EndingKind.INCOMPLETE, say("ending", "incomplete"))
        case Say():
            return Ending(EndingKind.ANSWERED)
        case Ask():
            return Ending(EndingKind.ASKED)
        case Stop(ending=kind, sentence=sentence, reason=reason):
            return Ending(kind, sentence, reason)


def text_of(outcome: Say | Ask | Stop, ending: Ending) -> str:
    """What is sent: the answer or the question, and the sentence about how it ended."""
    match outcome:
        case Say(text=text):
            return "\n\n".join(part for part in (text, ending.sentence) if part)
        case Ask(question=question):
            return question
        case Stop():
            return ending.sentence


def footer_of(
    run: Run,
    known: Mapping[ClaimId, Claim],
    conversation: Conversation,
    outcome: Say | Ask | Stop,
    now: datetime,
    progress: Progress | None,
) -> str:
    """What an answer rests on, for the owner. It is no part of the turn: no model reads it."""
    if not isinstance(outcome, Say) or run.envelope.sender.standing is not Standing.OWNER:
        return ""
    marked = {fault.claim for fault in run.faults if fault.claim and fault.kind in repair.MARKED}
    left_out = progress.pack.left_out if progress and progress.pack else ()
    renewed = freshness.renewed(run, conversation.outdated, {}, now)
    return footer(run.claims[-1].id, known, run.edges, conversation.doubtful, marked, now, left_out, renewed)


def turns_of(run: Run, agent: str, text: str, now: datetime) -> tuple[Turn, ...]:
    """What was said: the request and, unless Nova stayed silent, the reply."""
    if not text:
        return ()
    reply = Turn(run.id, agent, run.claims[-1], now)
    if run.envelope.kind is Kind.CLOCK or run.cards:  # a reminder is not something that its person says
        return (reply,)
    return request_turn(run), reply


def request_turn(run: Run) -> Turn:
    """What the person said."""
    return Turn(run.id, "", run.claims[0], run.envelope.at, run.envelope.sender.name)


def leaves(run: Run, conversation: Conversation) -> bool:
    """Did the thread change from one specialist's work to another's, without the person naming anyone?"""
    chosen = run.route.rule in (Rule.CLASSIFIER, Rule.ARBITER, Rule.PATTERN)
    return chosen and conversation.holder not in ("", run.route.agent)


def question_of(run: Run, agent: str, outcome: Say | Ask | Stop, card: Card | None) -> OpenQuestion | None:
    """The question that stays open when the run asks one."""
    if not isinstance(outcome, Ask):
        return None
    own = Asking.UNCLEAR if outcome.unclear else Asking.AGENT
    asking = Asking.SKILL if card else own if run.steps else Asking.ROUTE
    request = card.request if card and card.request else run.route.request
    return OpenQuestion(run.id, asking, agent, outcome.question, request, outcome.choices)
