"""The fitted router on disk: shipped beside the agent files, or kept in Nova's home for changed ones."""

import hashlib
import json
import logging
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np

from nova_bot import agent_files
from nova_bot.core.roster import Roster
from nova_bot.routing import training
from nova_bot.routing.brain import LearntBrain
from nova_bot.routing.classifier import Classifier, Declared, Encode, Tier
from nova_bot.routing.embedder import ROUTING, WEIGHTS_SHA256, Embedder, Pool, WeightsUnusable
from nova_bot.routing.moods import Moods
from nova_bot.routing.ngrams import Floats, Idf, Rows
from nova_bot.routing.pair import Pair
from nova_bot.routing.regression import Regression
from nova_bot.routing.scale import Scale
from nova_bot.routing.training import Fitted
from nova_bot.vectors import KeptVectors, Progress, unsaid

log = logging.getLogger(__name__)

FORM = "6"
"""Changes with the code and the data files that fit: an older file is not used."""

NAME = "router.npz"
TAUGHT = "router.taught.json"
MOODS = ("addressed", "vague", "staying")


def declared(folder: Path, roster: Roster, taught: Sequence[tuple[str, str]] = ()) -> Declared:
    """The utterances of the agents in `folder`, with `taught` corrections (text, right agent)."""
    files = {file.spec.name: file for file in roster.files}
    return training.declared(roster, lambda name: agent_files.utterances(folder, files[name]), taught)


def taught(home: Path) -> list[tuple[str, str]]:
    """The corrections that the router kept in `home` was fitted with."""
    path = home / TAUGHT
    return [(text, right) for text, right in json.loads(path.read_text("utf-8"))] if path.is_file() else []


def fingerprint(texts: Declared) -> str:
    """What a fitted router belongs to: these utterances of these agents, and this code."""
    digest = hashlib.sha256("\n".join([FORM, *texts.agents]).encode())
    for i, text in zip(texts.owner, texts.texts, strict=True):
        digest.update(f"\n{i}\t{text}".encode())
    return digest.hexdigest()


def save(fitted: Fitted, texts: Declared, path: Path) -> None:
    """Write a fitted router, in half precision."""
    tiers = [[tier.temperature, tier.route] for tier in (fitted.lexical, fitted.full)]
    arrays: dict[str, Any] = {
        "fingerprint": np.array(fingerprint(texts)),
        "starts": fitted.rows.starts.astype(np.int32),
        "columns": fitted.rows.columns.astype(np.uint16),
        "values": fitted.rows.values.astype(np.float16),
        "tiers": np.array(tiers),
        "confusion": fitted.confusion.astype(np.uint16),
        **({"centre": fitted.scale.centre, "spread": fitted.scale.spread} if fitted.scale else {}),
        **_arrays("agents", fitted.pair),
    }
    for name in MOODS:
        arrays |= _arrays(name, getattr(fitted.moods, name))
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    partial = path.with_suffix(".partial.npz")
    np.savez_compressed(partial, allow_pickle=False, **arrays)
    partial.replace(path)


def _arrays(name: str, pair: Pair) -> dict[str, Any]:
    halves = {"words": pair.lexical} | ({"dense": pair.dense} if pair.dense else {})
    arrays: dict[str, Any] = {f"{name}_idf": pair.idf.weight.astype(np.float16), f"{name}_share": np.array(pair.share)}
    for half, fitted in halves.items():
        arrays |= {f"{name}_{half}": fitted.weights.astype(np.float16), f"{name}_{half}_bias": fitted.bias}
    return arrays


def _pair(name: str, file: Any) -> Pair:
    halves = {
        half: Regression(file[f"{name}_{half}"].astype(kept, copy=False), file[f"{name}_{half}_bias"])
        for half, kept in (("words", np.float16), ("dense", np.float32))
        if f"{name}_{half}" in file
    }
    idf = Idf(file[f"{name}_idf"].astype(np.float32))
    return Pair(idf, halves["words"], halves.get("dense"), float(file[f"{name}_share"]))


def load(path: Path, texts: Declared) -> Fitted | None:
    """The fitted router in `path`, None unless it was fitted to exactly these utterances."""
    try:
        with np.load(path, allow_pickle=False) as file:
            if str(file["fingerprint"]) != fingerprint(texts):
                return None
            low, full = (Tier(float(t), float(r)) for t, r in file["tiers"])
            rows = Rows(file["starts"].astype(np.int64), file["columns"], file["values"])
            moods = Moods(*(_pair(name, file) for name in MOODS))
            scale = Scale(file["centre"], file["spread"]) if "centre" in file else None
            return Fitted(_pair("agents", file), scale, rows, low, full, moods, file["confusion"].astype(np.intp))
    except (OSError, KeyError, ValueError, BadZipFile):
        return None


def weights_folder(home: Path) -> Path:
    """Where `nova models install` puts the encoder."""
    return home / "models" / f"all-MiniLM-L6-v2-{WEIGHTS_SHA256[:12]}"


def embedder(home: Path, pools: Sequence[Pool] = ROUTING) -> Embedder | None:
    """The encoder, None (said once, in the log) where its weights are missing or not the pinned ones.

    A warning only where something was installed: nobody has to.
    """
    folder = weights_folder(home)
    try:
        return Embedder(folder, pools)
    except WeightsUnusable as error:
        level = logging.WARNING if folder.exists() else logging.INFO
        log.log(level, "routing by words alone: %s (nova models install)", error, extra={"action": "router.lexical"})
        return None


def brain(folder: Path, home: Path, roster: Roster, encoder: Embedder | None) -> LearntBrain:
    """What was learnt about these agents; it is learnt now, in some minutes, and kept if there is nothing yet."""
    texts, fitted = found(folder, home, roster) or (declared(folder, roster), None)
    if fitted is None:
        log.warning("learning %d utterances, a few minutes ...", len(texts.texts), extra={"action": "router.fit"})
        fitted = fit(texts, encoder, home, home / NAME)
    return brain_of(texts, fitted, encoder)


def found(folder: Path, home: Path, roster: Roster) -> tuple[Declared, Fitted] | None:
    """The router that was fitted to exactly these agents: refitted with corrections, shipped, or kept at home."""
    plain, lessons = declared(folder, roster), taught(home)
    corrected = declared(folder, roster, lessons) if lessons else plain
    for path, texts in ((home / NAME, corrected), (folder / NAME, plain), (home / NAME, plain)):
        if fitted := load(path, texts):
            return texts, fitted
    return None


def brain_of(texts: Declared, fitted: Fitted, encoder: Embedder | None) -> LearntBrain:
    """A fitted router, ready to be asked; by words alone without the encoder."""
    encode = _kept(encoder.one, fitted.scale) if encoder and fitted.scale else None
    classifier = Classifier(texts, fitted.pair, fitted.rows, fitted.lexical, fitted.full, encode)
    return LearntBrain(classifier, fitted.moods)


def _kept(one: Encode, scale: Scale) -> Encode:
    """A text to its scaled vector; the last ones are kept, so that every rung of the ladder may ask for them."""

    @lru_cache(maxsize=64)
    def encode(text: str) -> Floats:
        return scale.scaled(one(text))

    return encode


def vectors(home: Path, encoder: Embedder, progress: Progress = unsaid) -> KeptVectors:
    """The encoder for many texts, behind a file in Nova's home."""
    pools = "-".join(map(str, encoder.pools))
    return KeptVectors(encoder.many, home / f"vectors-{pools}.npz", encoder.width, progress)


def fit(texts: Declared, encoder: Embedder | None, home: Path, path: Path) -> Fitted:
    """Fit and keep in `path`; vectors are looked up in `home`, and kept there."""
    fitted = training.train(texts, vectors(home, encoder) if encoder else None)
    save(fitted, texts, path)
    return fitted
