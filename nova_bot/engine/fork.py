"""Fork: a run played again from one of its steps with another agent, model or value, only to compare.

Nothing takes the place of anything, nothing is sent, and nothing acts on the world.
"""

import re
from dataclasses import dataclass, replace

from nova_bot.context.exchange import exchanged
from nova_bot.core.agent_spec import Tier
from nova_bot.core.claims import Claim, ClaimId
from nova_bot.core.correction import Cause, Replaced
from nova_bot.core.envelope import Place, Sender, Standing
from nova_bot.core.errors import NoSuchClaim, NoSuchRun, NotDone, NotUnderstood
from nova_bot.core.outcome import EndingKind, HandOff
from nova_bot.core.roster import Roster
from nova_bot.core.run import Ending, Run, Step
from nova_bot.core.text import clip, counted
from nova_bot.core.wording import say
from nova_bot.engine import scripts
from nova_bot.engine.redo import Redo
from nova_bot.engine.replay import NotReplayed, Played
from nova_bot.engine.scripts import Script
from nova_bot.ledger import corrections
from nova_bot.ledger.corrections import FORK
from nova_bot.ledger.store import Closing
from nova_bot.provenance.correct import correct, live

_SAID = re.compile(
    r"r(?P<run>\d{1,18})\.(?P<step>\d{1,4})\s+(?:agent\s*=\s*(?P<agent>\S+)|model\s*=\s*(?P<model>\S+)"
    r"|(?P<claim>c\d+\.\d+)\s*=\s*(?P<value>\S.*))",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Wish:
    """What shall be different from step number `step` on: one of the three."""

    run: int
    step: int
    agent: str = ""
    model: str = ""
    claim: ClaimId | None = None
    value: str = ""


def parsed(text: str) -> Wish | None:
    """`r7.2 agent=chaser`, `r7.2 model=deep` or `r7.2 c7.1 = 92`; None for anything else."""
    found = _SAID.fullmatch(text.strip())
    if found is None or (found["model"] and found["model"] not in set(Tier)):
        return None
    claim = ClaimId.parse(found["claim"]) if found["claim"] else None
    return Wish(
        int(found["run"]), int(found["step"]), found["agent"] or "", found["model"] or "", claim, found["value"] or ""
    )


async def fork(service: Redo, text: str, place: Place, by: Sender) -> str:  # noqa: ARG001
    """Play a run again with something else, and say what came out differently.

    Raises NotUnderstood, NotDone, NoSuchRun, NoSuchClaim or UnknownAgent.
    """
    wish = parsed(text)
    if by.standing is not Standing.OWNER:
        raise NotDone(why=say("wrong", "owner_only"))
    if wish is None:
        raise NotUnderstood(how=say("fork", "how"))
    script, roster = await _changed(service, wish)
    try:
        run, played = await service.tried(script, roster, FORK, text, wish.step)
    except NotReplayed as error:
        raise NotDone(why=say("fork", "failed", run=f"r{wish.run}", why=error)) from error
    await _close(service, run, played)
    return "\n".join(_told(script, run, played))


async def _changed(service: Redo, wish: Wish) -> tuple[Script, Roster]:
    """The script and the agents with what the wish changes. Raises NoSuchRun, NoSuchClaim or UnknownAgent."""
    script, roster = await scripts.script(service.room.ledger, wish.run), service.roster()
    if wish.step not in script.steps:
        raise NoSuchRun(name=f"r{wish.run}.{wish.step}")
    if wish.agent:
        roster.get(wish.agent)
        return _with_agent(script, wish.step, wish.agent), roster
    if wish.model:
        return script, _with_model(roster, script.steps[wish.step].agent, Tier(wish.model))
    assert wish.claim is not None
    gone = await corrections.replaced(service.room.ledger, [wish.claim.run])
    now = live(wish.claim, {was: one.now for was, one in gone.items()})
    return _with_value(script, now or wish.claim, wish.value), roster


def _with_model(roster: Roster, name: str, tier: Tier) -> Roster:
    return replace(
        roster,
        files=tuple(
            replace(file, spec=file.spec.model_copy(update={"model": tier})) if file.spec.name == name else file
            for file in roster.files
        ),
    )


def _with_agent(script: Script, step: int, agent: str) -> Script:
    """The last hand-off before the step goes to `agent`; where there is none, the routing did."""
    handed = [n for n, one in script.steps.items() if n < step and isinstance(one.outcome, HandOff)]
    if not handed:
        return replace(script, root=replace(script.root, route=replace(script.root.route, agent=agent)))
    return replace(script, steps={**script.steps, handed[-1]: _to(script.steps[handed[-1]], agent)})


def _to(step: Step, agent: str) -> Step:
    assert isinstance(step.outcome, HandOff)
    return replace(step, outcome=replace(step.outcome, to=agent))


def _with_value(script: Script, claim: ClaimId, value: str) -> Script:
    """What stands for `claim` says something else, under its own id. Raises NoSuchClaim when the run has none such."""
    made = {}
    for step, claims in script.made.items():
        made[step] = tuple(_saying(each, value) if each.id == claim else each for each in claims)
    if claim not in {each.id for claims in script.made.values() for each in claims}:
        raise NoSuchClaim(name=claim)
    return replace(script, made=made)


def _saying(claim: Claim, value: str) -> Claim:
    now = correct(claim, value, exchanged(claim.text, value), claim.id, claim.label).now
    return replace(now, step=claim.step)


async def _close(service: Redo, run: Run, played: Played) -> None:
    """End the fork; its claims stand for nothing."""
    now = service.room.clock()
    ended = replace(played.run, ending=Ending(EndingKind.ANSWERED if played.over else EndingKind.INCOMPLETE))
    own = [claim.id for claim in played.run.claims if claim.id.run == run.id]
    own += [claim for claim in played.same if claim not in own]
    gone = tuple(Replaced(claim, None, Cause.REDO, now) for claim in own)
    await service.room.ledger.save(ended, played.unsaved, Closing(ended, now, replaced=gone))


def _told(script: Script, run: Run, played: Played) -> list[str]:
    """What was done, and the two answers."""
    last = script.made.get(max(script.steps), ())
    before, now = last[-1].text if last else "", played.run.claims[-1].text
    lines = [say("fork", "done", run=script.root.name, new=run.name, ran=counted(len(played.ran), "step"))]
    for step in played.run.steps:
        old = script.steps.get(step.n)
        if step.n in played.ran and (old is None or old.agent != step.agent or old.outcome.kind != step.outcome.kind):
            was = f"{old.agent} {old.outcome.kind}" if old else "-"
            lines.append(say("fork", "step", n=step.n, was=was, now=f"{step.agent} {step.outcome.kind}"))
    if before == now:
        return [*lines, say("fork", "same")]
    return [*lines, say("fork", "was", text=clip(before, 400)), say("fork", "now", text=clip(now, 400))]
