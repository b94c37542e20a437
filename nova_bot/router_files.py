"""The fitted router on disk: shipped beside the agent files, or kept in Nova's home for changed ones."""

import hashlib
import logging
from pathlib import Path
from zipfile import BadZipFile

import numpy as np

from nova_bot import agent_files
from nova_bot.core.roster import Roster
from nova_bot.routing import training
from nova_bot.routing.brain import LearntBrain
from nova_bot.routing.classifier import Classifier, Declared, Fitted, Tier
from nova_bot.routing.embedder import WEIGHTS_SHA256, Embedder, WeightsUnusable
from nova_bot.routing.ngrams import Floats, Idf, Rows
from nova_bot.routing.regression import Regression

log = logging.getLogger(__name__)

FORM = "2"
"""Changes with the code that fits: an older file is not used."""


def declared(folder: Path, roster: Roster) -> Declared:
    """The utterances of the agents in `folder`."""
    files = {file.spec.name: file for file in roster.files}
    return training.declared(roster, lambda name: agent_files.utterances(folder, files[name]))


def fingerprint(texts: Declared) -> str:
    """What a fitted router belongs to: these utterances of these agents, and this code."""
    lines = [FORM, *texts.agents, *(f"{i}\t{text}" for i, text in zip(texts.owner, texts.texts, strict=True))]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def save(fitted: Fitted, vectors: Floats | None, texts: Declared, path: Path) -> None:
    """Write a fitted router, in half precision."""
    arrays = {
        "fingerprint": np.array(fingerprint(texts)),
        "idf": fitted.idf.weight.astype(np.float16),
        "starts": fitted.rows.starts.astype(np.int32),
        "columns": fitted.rows.columns.astype(np.uint16),
        "values": fitted.rows.values.astype(np.float16),
        "lexical": fitted.lexical.weights.astype(np.float16),
        "lexical_bias": fitted.lexical.bias,
        "tiers": np.array(
            [
                [fitted.lexical_tier.temperature, fitted.lexical_tier.route],
                [fitted.full_tier.temperature, fitted.full_tier.route],
            ]
        ),
        "share": np.array(fitted.dense_share),
    }
    if fitted.dense is not None and vectors is not None:
        arrays |= {"dense": fitted.dense.weights, "dense_bias": fitted.dense.bias}
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(".partial.npz")
    np.savez_compressed(partial, allow_pickle=False, **arrays)
    partial.replace(path)


def load(path: Path, texts: Declared) -> Fitted | None:
    """The fitted router in `path`, None unless it was fitted to exactly these utterances."""
    try:
        with np.load(path, allow_pickle=False) as file:
            if str(file["fingerprint"]) != fingerprint(texts):
                return None
            lexical = Regression(file["lexical"].astype(np.float32), file["lexical_bias"])
            dense = Regression(file["dense"], file["dense_bias"]) if "dense" in file else None
            low, full = (Tier(float(t), float(r)) for t, r in file["tiers"])
            rows = Rows(
                file["starts"].astype(np.int64), file["columns"].astype(np.int32), file["values"].astype(np.float32)
            )
            idf = Idf(file["idf"].astype(np.float32))
            return Fitted(idf, rows, lexical, dense, float(file["share"]), low, full)
    except (OSError, KeyError, ValueError, BadZipFile):
        return None


def shipped(folder: Path) -> Path:
    """The fitted router that comes with the agent files."""
    return folder / "router.npz"


def weights_folder(home: Path) -> Path:
    """Where `nova models install` puts the encoder."""
    return home / "models" / f"all-MiniLM-L6-v2-{WEIGHTS_SHA256[:12]}"


def embedder(home: Path) -> Embedder | None:
    """The encoder, None (said once, in the log) where its weights are missing or not the pinned ones."""
    try:
        return Embedder(weights_folder(home))
    except WeightsUnusable as error:
        log.info("routing by words alone: %s", error, extra={"action": "router.lexical"})
        return None


def brain(folder: Path, home: Path, roster: Roster, encoder: Embedder | None) -> LearntBrain:
    """The fitted router for these agents: the shipped one, the one kept in `home`, or one fitted now and kept."""
    texts = declared(folder, roster)
    kept = home / "router.npz"
    fitted = load(shipped(folder), texts) or load(kept, texts)
    if fitted is None:
        log.warning("learning the agents' utterances, about a minute ...", extra={"action": "router.fit"})
        fitted = fit(texts, encoder, kept)
    return LearntBrain(Classifier(texts, fitted, encoder.one if encoder else None))


def fit(texts: Declared, encoder: Embedder | None, path: Path) -> Fitted:
    """Fit and keep."""
    given = training.material(texts, encoder.many if encoder else None)
    fitted = training.train(given)
    save(fitted, given.vectors, texts, path)
    return fitted
