"""The fitted router on disk: shipped beside the agent files, or kept in Nova's home for changed ones."""

import hashlib
import json
import logging
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np

from nova_bot import agent_files
from nova_bot.core.roster import Roster
from nova_bot.routing import training
from nova_bot.routing.brain import LearntBrain
from nova_bot.routing.classifier import Classifier, Declared, Tier
from nova_bot.routing.embedder import WEIGHTS_SHA256, Embedder, WeightsUnusable
from nova_bot.routing.ngrams import Idf, Rows
from nova_bot.routing.pair import Pair
from nova_bot.routing.regression import Regression
from nova_bot.routing.training import Fitted, Moods

log = logging.getLogger(__name__)

FORM = "3"
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
    lines = [FORM, *texts.agents, *(f"{i}\t{text}" for i, text in zip(texts.owner, texts.texts, strict=True))]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def save(fitted: Fitted, texts: Declared, path: Path) -> None:
    """Write a fitted router, in half precision."""
    tiers = [[tier.temperature, tier.route] for tier in (fitted.lexical, fitted.full)]
    arrays: dict[str, Any] = {
        "fingerprint": np.array(fingerprint(texts)),
        "starts": fitted.rows.starts.astype(np.int32),
        "columns": fitted.rows.columns.astype(np.uint16),
        "values": fitted.rows.values.astype(np.float16),
        "tiers": np.array(tiers),
        "accuracy": np.array(fitted.accuracy),
        **_arrays("agents", fitted.pair),
    }
    for name in MOODS:
        arrays |= _arrays(name, getattr(fitted.moods, name))
    path.parent.mkdir(parents=True, exist_ok=True)
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
        half: Regression(file[f"{name}_{half}"].astype(np.float32), file[f"{name}_{half}_bias"])
        for half in ("words", "dense")
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
            return Fitted(_pair("agents", file), rows, low, full, moods, float(file["accuracy"]))
    except (OSError, KeyError, ValueError, BadZipFile):
        return None


def weights_folder(home: Path) -> Path:
    """Where `nova models install` puts the encoder."""
    return home / "models" / f"all-MiniLM-L6-v2-{WEIGHTS_SHA256[:12]}"


def embedder(home: Path) -> Embedder | None:
    """The encoder, None (said once, in the log) where its weights are missing or not the pinned ones."""
    try:
        return Embedder(weights_folder(home))
    except WeightsUnusable as error:
        log.warning("routing by words alone: %s (nova models install)", error, extra={"action": "router.lexical"})
        return None


def brain(folder: Path, home: Path, roster: Roster, encoder: Embedder | None) -> LearntBrain:
    """The fitted router for these agents: refitted with corrections, shipped, or fitted now and kept."""
    texts = declared(folder, roster, taught(home))
    fitted = load(home / NAME, texts)
    if fitted is None:
        texts = declared(folder, roster)
        fitted = load(folder / NAME, texts) or load(home / NAME, texts)
    if fitted is None:
        log.warning("learning %d utterances, a few minutes ...", len(texts.texts), extra={"action": "router.fit"})
        fitted = fit(texts, encoder, home / NAME)
    encode = encoder.one if encoder else None
    classifier = Classifier(texts, fitted.pair, fitted.rows, fitted.lexical, fitted.full, encode)
    return LearntBrain(classifier, fitted.moods)


def fit(texts: Declared, encoder: Embedder | None, path: Path) -> Fitted:
    """Fit and keep."""
    fitted = training.train(texts, encoder.many if encoder else None)
    save(fitted, texts, path)
    return fitted
