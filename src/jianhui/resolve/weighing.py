"""The link model: what each level of a comparison weighs, as frozen, versioned data.

A conditional logit with the alternative "none of them": each candidate of a record has a score, the sum of
the weights of what its comparison shows; "none" has score 0; the probability of a candidate is its share of
the exponentials. So candidates compete with each other and with "none", and a look-alike next door lowers
what a match is worth. ``model/link_model.json`` holds the weights and how they came about; retraining is
``jianhui.resolve.training`` and a reviewed change of that file.
"""

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from pathlib import Path

from jianhui.core.likeness import bits
from jianhui.resolve.pairs import FEATURES, Comparison

MODEL = "link_model.json"
LARGEST_SCORE = 500.0
_BITS_UNIT = 10.0


@dataclass(frozen=True)
class Model:
    """``weights``: model feature → weight, in natural logarithms of odds; a feature not in it weighs nothing.

    ``accept``: least probability of a link; ``doubt``: least probability of a candidate a person should see.
    """

    version: str
    accept: float
    doubt: float
    weights: Mapping[str, float]

    def parts(self, comparison: Comparison) -> dict[str, float]:
        """What each feature of a comparison weighs: feature → sum of its weights."""
        sums = dict.fromkeys(FEATURES, 0.0)
        for feature, name, value in model_features(comparison):
            sums[feature] += self.weights.get(name, 0.0) * value
        return sums

    def score(self, comparison: Comparison) -> float:
        """The score of a candidate: log odds against "none"."""
        weights = self.weights
        return sum(weights.get(name, 0.0) * value for _, name, value in model_features(comparison))


def probabilities(scores: Sequence[float]) -> list[float]:
    """Probability of each of a record's candidates; what is missing to 1 is "none of them"."""
    highest = max(0.0, *scores) if scores else 0.0
    exponentials = [math.exp(max(score - highest, -LARGEST_SCORE)) for score in scores]
    total = sum(exponentials) + math.exp(-highest)
    return [one / total for one in exponentials]


def model_features(comparison: Comparison) -> Iterator[tuple[str, str, float]]:
    """``(feature, model feature, value)``: levels, what is shared, and how core and places go together."""
    of_levels, telling, of_places = _of_levels(tuple(comparison.levels.items()))
    for feature, name in of_levels:
        yield feature, name, 1.0
    yield "core", telling, bits(comparison.shared) / _BITS_UNIT
    for feature, name in of_places:
        yield feature, name, 1.0


_Named = tuple[tuple[str, str], ...]


@lru_cache(maxsize=100_000)
def _of_levels(items: _Named) -> tuple[_Named, str, _Named]:
    """The model features of levels with their features: those before what is shared, its name, the rest."""
    levels = dict(items)
    group = core_group(levels["core"])
    first = [(feature, f"{feature}={level}") for feature, level in items]
    places = [(feature, f"{group}&{feature}={levels[feature]}") for feature in ("region", "place", "address")]
    if levels["place"].startswith("other"):
        # One name in one place is borne once: an address elsewhere is where the firm works, or was.
        named = "&named" if group == "equal" and levels["region"] in _NAMED_ALIKE else ""
        if named:
            places.append(("place", f"{group}{named}&{levels['place']}"))
        if levels["address"] == "differs":
            places.append(("place", f"{group}{named}&apart"))
    if levels["core"].startswith("trade_none") and levels["group"] != "none":
        # X集团贸易有限公司 is a subsidiary of X集团有限公司.
        places.append(("group", f"trade_none&group={levels['group']}"))
    if levels["region"] in ("conflict", "elsewhere_but_there"):
        places.append(("region", f"conflict&address={levels['address']}"))
    return (*first, ("core", "any")), f"bits:{group}", tuple(places)


_NAMED_ALIKE = frozenset({"equal", "within"})
_SLIPS = ("brand_shape", "brand_sound", "brand_unwritten")
_NEAR = frozenset({"reordered", "brand_one_more", "brand_two_similar", "abbreviated"})


def core_group(level: str) -> str:
    """Coarse class of a core level: equal, trade (the brand is equal), near (brand all but equal), other."""
    if level == "equal":
        return "equal"
    if level.startswith("trade"):
        return "trade"
    return "near" if level in _NEAR or level.startswith(_SLIPS) else "other"


@cache
def frozen_model() -> Model:
    """The model of this installation."""
    text = files("jianhui.resolve").joinpath("model", MODEL).read_text(encoding="utf-8")
    return read_model(text)


def model_in(folder: Path) -> Model:
    """The model of another folder than the installation's, such as one kept with a release."""
    return read_model((folder / MODEL).read_text(encoding="utf-8"))


def read_model(text: str) -> Model:
    """A model from the text of its file."""
    read = json.loads(text)
    return Model(read["version"], float(read["accept"]), float(read["doubt"]), read["weights"])
