"""The ladder: which agent gets an envelope. One list of named rungs, tried in order; the first that decides wins.

`nova route`, `nova route explain`, the benches and the runtime all call `decide`.
"""

import re
from collections.abc import Callable
from dataclasses import replace

from nova_bot.core.conversation import Asking
from nova_bot.core.envelope import Kind, Standing
from nova_bot.core.route import Candidate, Decision, Route, Rule
from nova_bot.core.text import visible
from nova_bot.core.wording import say
from nova_bot.routing import address, choices, courtesies, learning, sums
from nova_bot.routing.case import GENERAL, Case

GUESSED = "(a question)"
"""What a choice that confirms our best guess overrules: asking."""

CALCULATOR = "calc.evaluate"
"""The tool that reckons."""

Rung = Callable[[Case], Route | None]


def _bot(case: Case) -> Route | None:
    """Machines get no answer, so that two bots can't keep each other busy."""
    if case.envelope.sender.standing is Standing.MACHINE and case.envelope.kind is not Kind.CLOCK:
        return Route(Decision.SILENT, GENERAL, Rule.BOT, 1.0, case.text, "it was sent by a machine")
    return None


def _clock(case: Case) -> Route | None:
    """A reminder that is only said is for no agent, whatever its words look like."""
    if case.envelope.kind is not Kind.CLOCK or case.envelope.mentioned:
        return None
    return Route(Decision.SILENT, GENERAL, Rule.CLOCK, 1.0, case.text, "a reminder is due")


_NAMED_BY = {Kind.CLOCK: "its job names it", Kind.PRESS: "the button you pressed names it"}


def _explicit(case: Case) -> Route | None:
    if address.names_nobody(visible(case.envelope.text)):
        said = say("route", "names_nobody")
        return Route(Decision.GENERAL, GENERAL, Rule.EMPTY, 1.0, case.text, "it names no agent", said=said)
    found = address.explicit(visible(case.envelope.text), case.roster.names)
    if found is None:
        return None
    if not found.rest and case.conversation.question:
        return None
    request = found.rest or case.conversation.previous_request or case.text
    if found.known:
        return case.to(found.name, Rule.EXPLICIT, 1.0, _NAMED_BY.get(case.envelope.kind, "you named it"), request)
    return _unknown(case, found.name, request)


def _unknown(case: Case, name: str, request: str) -> Route:
    """Nobody is called `name`: a question with the nearest names."""
    nearest = case.roster.like(name)
    question = say("route", "unknown_name", name=name, nearest=" or ".join(nearest))
    nearest_ones = tuple(Candidate(like, 0.0) for like in nearest)
    why = f'there is no agent called "{name}"'
    return Route(Decision.ASK, nearest[0], Rule.UNKNOWN_NAME, 0.0, request, why, nearest_ones, question)


def _answer(case: Case) -> Route | None:
    """A button, a number or a name answers our own question; anything else answers an agent's question."""
    question = case.conversation.question
    if question is None:
        return None
    if question.asking is Asking.ROUTE:
        agent = _chosen(case, question.choices)
        if agent is None:
            return None
        route = case.to(agent, Rule.ANSWER, 1.0, "you chose it", question.request)
        return replace(route, instead_of=question.agent if question.agent != agent else GUESSED)
    if question.agent not in case.roster:
        return None
    told = case.envelope.press or case.text
    chosen = choices.chosen(told, question.choices) if question.asking is Asking.UNCLEAR else case.envelope.press
    if chosen is None and _switches(case):
        return None
    return case.to(question.agent, Rule.ANSWER, 1.0, "it had asked you a question", chosen or told)


def _chosen(case: Case, offered: tuple[str, ...]) -> str | None:
    """The agent that an answer takes, be it one that was not offered."""
    told = case.envelope.press or case.text
    named = address.explicit(told, case.roster.names)
    if named and named.known and not named.rest:
        return named.name
    return choices.chosen(told, offered)


def _correction(case: Case) -> Route | None:
    """ "Wrong agent, use X": the request before goes to X."""
    previous, holder = case.conversation.previous_request, case.conversation.holder
    agent = learning.wish(case.text, case.roster.names) if previous else None
    if agent is None or agent == holder:
        return None
    if agent not in case.roster:
        return _unknown(case, agent, previous)
    route = case.to(agent, Rule.CORRECTION, 1.0, f"you said {holder or 'no agent'} was wrong", previous)
    return replace(route, instead_of=holder)


def _nothing(case: Case) -> Route | None:
    """No text, thanks, agreement, emoji: nothing is asked, so no thread changes hands. Between people: silence."""
    if not courtesies.asks_for_nothing(case.text):
        return None
    holder = case.conversation.holder
    if not (case.mentioned or address.names_nova(case.envelope.text)):
        return Route(Decision.SILENT, holder or GENERAL, Rule.PEOPLE, 1.0, case.text, "it asks for nothing")
    if not case.text:
        return Route(Decision.GENERAL, GENERAL, Rule.EMPTY, 1.0, "", "there is no text in it")
    if holder in case.roster:
        return case.to(holder, Rule.HOLDER, 1.0, "it asks for nothing, and this one holds the thread")
    return case.to(GENERAL, Rule.OUT_OF_SCOPE, 1.0, "it asks for nothing")


def _learned(case: Case) -> Route | None:
    if case.envelope.kind is Kind.PRESS:
        return None  # a button's words are Nova's, and never what somebody corrected
    agent = case.taught(case.text)
    if agent is None or agent not in case.roster:
        return None
    return case.to(agent, Rule.LEARNED, 1.0, "you corrected the same message before")


def _pattern(case: Case) -> Route | None:
    """The form of a pasted text decides, unless the words around it clearly want something else."""
    fits = [spec.name for spec in case.roster if any(re.search(p, case.text, re.MULTILINE) for p in spec.patterns)]
    if len(fits) != 1:
        return None
    sure = case.best.agent != fits[0] and case.best.p >= case.brain.thresholds.route
    return None if sure else case.to(fits[0], Rule.PATTERN, 0.9, "the form of the pasted text")


def _sum(case: Case) -> Route | None:
    """A bare sum says nothing of the thread's work: one who can't reckon does not keep it."""
    holder = case.conversation.holder
    can_reckon = [spec.name for spec in case.roster if CALCULATOR in spec.tools]
    if GENERAL not in can_reckon or holder in can_reckon or not sums.is_sum(case.text):
        return None
    return case.to(GENERAL, Rule.PATTERN, 1.0, "it is a bare sum")


def _people(case: Case) -> Route | None:
    """In a thread where Nova took part, what people say to each other gets no answer."""
    if case.mentioned:
        return None
    p = case.brain.p_for_nova(visible(case.envelope.text))
    if p >= case.brain.thresholds.people:
        return None
    why = f"people are talking to each other (p {1 - p:.2f}); name Nova to be answered"
    return Route(Decision.SILENT, case.conversation.holder or GENERAL, Rule.PEOPLE, 1 - p, case.text, why)


def _switches(case: Case) -> bool:
    """Does the message leave the holder's work for another agent's?"""
    return 1 - case.stays >= case.brain.thresholds.switch


def _holder(case: Case) -> Route | None:
    holder = case.conversation.holder
    if not holder or holder not in case.roster:
        return None
    if _switches(case):
        return None
    leaves = f"p {1 - case.stays:.2f} here, {case.brain.thresholds.switch:.2f} is needed"
    change = f"a message that leaves the work of {holder} ({leaves}); {case.best_other.agent} would be next"
    return case.to(holder, Rule.HOLDER, case.stays, "it holds this thread", would_change=change)


def _example(case: Case) -> Route | None:
    """A message that opens a thread and is word for word an agent's example is that agent's."""
    agent = case.brain.example_of(case.text)
    return case.to(agent, Rule.EXAMPLE, 1.0, "it is one of its examples") if agent else None


def _switch(case: Case) -> Route | None:
    """A message that leaves the holder's work goes to the likeliest other agent; the old work stays as it is."""
    if case.conversation.holder not in case.roster:
        return None
    best = case.best_other
    why = f"it leaves the work of {case.conversation.holder} (p {1 - case.stays:.2f})"
    why += f'; nearest to "{best.nearest}"' if best.nearest else ""
    change = f"a message that goes on with the work of {case.conversation.holder}"
    return case.to(best.agent, Rule.CLASSIFIER, best.p, why, would_change=change)


def _classifier(case: Case) -> Route | None:
    limit = case.brain.thresholds.enough(case.best.agent)
    if case.brain.p_vague(case.text, case.ranking) >= case.brain.thresholds.vague or case.best.p < limit:
        return None
    why = f'nearest to "{case.best.nearest}" (p {case.best.p:.2f})'
    change = f"a probability below {limit:.2f} would have been asked about"
    return case.to(case.best.agent, Rule.CLASSIFIER, case.best.p, why, would_change=change)


def _unsure(case: Case) -> Route:
    limit = case.brain.thresholds.enough(case.best.agent)
    rule = Rule.UNSURE if case.best.p < limit else Rule.VAGUE
    question = say("route", "question" if rule is Rule.UNSURE else "vague")
    if rule is Rule.UNSURE:
        why = f"the best guess, {case.best.agent}, has p {case.best.p:.2f}, below {limit:.2f}"
    else:
        why = f"the message says too little, though {case.best.agent} has p {case.best.p:.2f}"
    return case.ask(rule, question, why, f"naming an agent, or more words; {limit:.2f} is enough to route")


RUNGS: tuple[Rung, ...] = (
    _bot,
    _clock,
    _correction,
    _explicit,
    _answer,
    _nothing,
    _learned,
    _people,
    _pattern,
    _sum,
    _holder,
    _switch,
    _example,
    _classifier,
    _unsure,
)


def decide(case: Case) -> Route:
    """The decision of the first rung that has one."""
    if len(case.roster) == 1 and _clock(case) is None:
        only = case.roster.names[0]
        return replace(Route(Decision.ROUTE, only, Rule.ONLY_AGENT, 1.0, case.text, "it is the only agent"))
    return next(route for rung in RUNGS if (route := rung(case)) is not None)
