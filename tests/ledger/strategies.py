"""Any record that the ledger may be given."""

from datetime import datetime, timedelta, timezone

from hypothesis import strategies as st

from nova_bot.core.button import Button
from nova_bot.core.claims import Basis, Claim, ClaimId, Status
from nova_bot.core.conversation import Asking, OpenQuestion
from nova_bot.core.delivery import Outbound
from nova_bot.core.envelope import Envelope, Kind, Place, Quoted, QuotedKind, Sender, Standing
from nova_bot.core.labels import Integrity, Label
from nova_bot.core.outcome import Ask, EndingKind, HandOff, Say, Stop, ToolCall, ToolResult, Use
from nova_bot.core.pack import ContextPack, Exchange, Item, ItemKind, LeftOut
from nova_bot.core.route import Candidate, Decision, Route, Rule
from nova_bot.core.run import Step, Usage

texts = st.text(max_size=30)
names = st.text(min_size=1, max_size=8)
numbers = st.integers(0, 2**40)
shares = st.floats(0, 1)
zones = st.integers(-12 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
moments = st.datetimes(datetime(1980, 1, 1), datetime(2200, 1, 1), timezones=zones)  # noqa: DTZ001 (zones are drawn)


def some(of: st.SearchStrategy[str] = texts) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(of, max_size=3).map(tuple)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False) | texts,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(texts, inner, max_size=2),
    max_leaves=4,
)
places = st.builds(Place, names, texts, texts, texts)
senders = st.builds(Sender, texts, texts, st.sampled_from(Standing))
envelopes = st.builds(
    Envelope,
    names,
    st.sampled_from(Kind),
    places,
    senders,
    texts,
    moments,
    st.booleans(),
    st.none() | texts,
    st.none() | texts,
    st.lists(st.builds(Quoted, st.sampled_from(QuotedKind), texts, texts), max_size=2).map(tuple),
)
claim_ids = st.builds(ClaimId, numbers, st.integers(1, 999))
labels = st.builds(
    Label,
    st.sampled_from(Integrity),
    texts,
    st.frozensets(places, max_size=3),
    st.booleans(),
    st.none() | moments,
    st.none() | moments,
)
claims = st.builds(
    Claim, claim_ids, st.integers(0, 50), st.sampled_from(Basis), texts, labels, texts, texts, texts,
    st.sampled_from(Status),
)  # fmt: skip
calls = st.builds(ToolCall, names, names, st.dictionaries(texts, json_values, max_size=3))
results = st.builds(ToolResult, names, texts, st.booleans())
outcomes = st.one_of(
    st.builds(Say, texts, st.booleans()),
    st.builds(Ask, texts, some()),
    st.builds(Use, st.lists(calls, min_size=1, max_size=3).map(tuple), texts),
    st.builds(HandOff, names, texts, texts, texts, some(), some(), some(), some()),
    st.builds(Stop, st.sampled_from(EndingKind), texts, texts),
)
usages = st.builds(Usage, numbers, numbers, numbers, numbers, st.none() | st.floats(0, 1e6), st.integers(0, 9))
steps = st.builds(
    Step, st.integers(1, 50), names, texts, texts, outcomes, texts, usages, moments, moments,
    st.lists(results, max_size=3).map(tuple),
)  # fmt: skip
routes = st.builds(
    Route,
    decision=st.sampled_from(Decision),
    agent=names,
    rule=st.sampled_from(Rule),
    p=shares,
    request=texts,
    why=texts,
    candidates=st.lists(st.builds(Candidate, names, shares, texts), max_size=3).map(tuple),
    question=texts,
    would_change=texts,
    instead_of=texts,
    ms=st.floats(0, 1e4),
)
cited = st.lists(claim_ids, max_size=3).map(tuple)
kinds = st.sampled_from(ItemKind)
packs = st.builds(
    ContextPack,
    names,
    texts,
    texts,
    st.lists(st.builds(Item, kinds, texts, texts, numbers, cited), max_size=3).map(tuple),
    st.lists(
        st.builds(
            Exchange,
            texts,
            st.lists(calls, max_size=2).map(tuple),
            st.lists(results, max_size=2).map(tuple),
            cited,
            texts,
        ),
        max_size=2,
    ).map(tuple),
    st.lists(st.builds(LeftOut, kinds, texts, texts, cited), max_size=2).map(tuple),
    numbers,
    numbers,
)
questions = st.builds(OpenQuestion, numbers, st.sampled_from(Asking), names, texts, texts, some())
buttons = st.builds(
    Button, names, texts, names, texts, st.sampled_from(["", "primary", "danger"]), texts, st.none() | moments
)
outbounds = st.builds(
    Outbound, names, numbers, places, names, texts,
    st.lists(buttons, max_size=3, unique_by=lambda button: button.id).map(tuple), st.just("") | names,
)  # fmt: skip
