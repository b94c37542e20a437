"""What the tests of checks share: packs as evidence, and honest answers in four languages."""

import tomllib
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from nova_bot.context.checks import Checked
from nova_bot.context.evidence import Evidence
from nova_bot.core.claims import Basis, Claim, ClaimId
from nova_bot.core.fault import FaultKind
from nova_bot.core.labels import Integrity, Label

LANGUAGES = ("en", "de", "es", "fr")
LABEL = Label(Integrity.OUTSIDE, "tool:erp.search")
SCENES: list[dict[str, Any]] = tomllib.loads((Path(__file__).parent / "clean_answers.toml").read_text("utf-8"))["scene"]
FRIDAY = date(2026, 6, 12)


def claim(n: int, basis: Basis, text: str) -> Claim:
    return Claim(ClaimId(7, n), 1, basis, text, LABEL)


def pack(*found: str, request: str = "What is open at Birch?", assumed: tuple[str, ...] = (), **more: Any) -> Evidence:
    """The request is c7.1, what tools found c7.2 and on, what was assumed comes last."""
    texts = [(Basis.TOLD, request), *((Basis.FOUND, t) for t in found), *((Basis.ASSUMED, t) for t in assumed)]
    claims = tuple(claim(n, basis, text) for n, (basis, text) in enumerate(texts, 1))
    doubtful = frozenset(c.id for c in claims if c.basis is Basis.ASSUMED)
    return Evidence(claims, request=request, doubtful=doubtful, today=FRIDAY, **more)


def faults(checked: Checked) -> set[FaultKind]:
    return {violation.kind for violation in checked.violations}


def scene_pack(scene: dict[str, Any], language: str) -> Evidence:
    today = date.fromisoformat(scene["texts"][0].split()[2])
    told = (Basis.TOLD, scene[language]["request"])
    claims = tuple(
        claim(n, Basis(basis), text) for n, (basis, text) in enumerate([told, *map(tuple, scene["claims"])], 1)
    )
    return Evidence(
        claims,
        tuple(scene["texts"]),
        scene[language]["request"],
        frozenset(scene.get("failed", [])),
        frozenset(scene.get("receipts", [])),
        frozenset(c.id for c in claims if c.basis is Basis.ASSUMED),
        today,
    )


def clean_answers() -> Iterator[tuple[str, Evidence]]:
    for scene in SCENES:
        for language in LANGUAGES:
            for answer in scene[language]["answers"]:
                yield answer, scene_pack(scene, language)
