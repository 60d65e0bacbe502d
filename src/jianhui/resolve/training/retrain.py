"""Fitting the model from a seed, and the text of its file."""

import hashlib
import json
from dataclasses import dataclass
from importlib.resources import files

from jianhui.resolve.training.examples import world
from jianhui.resolve.training.fit import fit
from jianhui.resolve.training.records import NONE
from jianhui.resolve.training.report import Figures, figures
from jianhui.resolve.weighing import Model, frozen_model

SEED = 20_261_124
N_UNITS = 40_000
N_RECORDS = 30_000
HELD_OUT_SEED = 7_000
HELD_OUT_SHARE = 0.25

VERSION = "1"
ACCEPT = 0.5
DOUBT = 0.05
COMMAND = "python -m jianhui.resolve.training"


@dataclass(frozen=True)
class Retrained:
    """A model and how it came about; both figures are on records of an invented register it has not seen."""

    model: Model
    seed: int
    n_units: int
    n_records: int
    before: Figures
    after: Figures


def retrain(seed: int = SEED, n_units: int = N_UNITS, n_records: int = N_RECORDS) -> Retrained:
    """Fit on the world of ``seed`` and look at the model on another."""
    seen = world(seed, n_units, n_records)
    model = Model(VERSION, ACCEPT, DOUBT, fit(seen.examples))
    unseen = world(seed + HELD_OUT_SEED, n_units, int(n_records * HELD_OUT_SHARE))
    truths = [one.truth != NONE for one in unseen.said]
    return Retrained(
        model, seed, n_units, n_records,
        figures(unseen.examples, truths, frozen_model()), figures(unseen.examples, truths, model),
    )  # fmt: skip


def table_digests() -> dict[str, str]:
    """SHA-256 (first 16 digits) of each word table the names are made and taken apart with."""
    folder = files("jianhui.core.words")
    tables = sorted(one.name for one in folder.iterdir() if one.name.endswith(".csv"))
    return {name: hashlib.sha256(folder.joinpath(name).read_bytes()).hexdigest()[:16] for name in tables}


def model_text(found: Retrained) -> str:
    """The model file."""
    after = found.after
    written = {
        "version": found.model.version,
        "accept": found.model.accept,
        "doubt": found.model.doubt,
        "seed": found.seed,
        "units": found.n_units,
        "examples": found.n_records,
        "tables": table_digests(),
        "held_out": {
            "records": after.n,
            "recall": round(after.recall, 4),
            "precision": round(after.precision, 4),
            "log_loss": round(after.log_loss, 4),
        },
        "weights": dict(found.model.weights),
    }
    return json.dumps(written, ensure_ascii=False, indent=1) + "\n"
