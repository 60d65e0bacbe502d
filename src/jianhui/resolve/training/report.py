"""How good a model is on examples it has not seen: recall, precision, log loss, calibration."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from jianhui.resolve.training.fit import Example
from jianhui.resolve.weighing import Model, probabilities

_DECILES = 10
_LEAST = 1e-9


@dataclass(frozen=True)
class Figures:
    """``n`` records of which ``n_true`` are in the register; of links said at the model's ``accept``."""

    n: int
    n_true: int
    n_reachable: int
    n_linked: int
    n_right: int
    log_loss: float
    deciles: tuple[tuple[int, float, float], ...]

    @property
    def recall(self) -> float:
        """Of the records whose unit the register holds, those linked to it."""
        return self.n_right / max(self.n_true, 1)

    @property
    def precision(self) -> float:
        """Of the links, the right ones."""
        return self.n_right / max(self.n_linked, 1)


def figures(examples: Sequence[Example], truths: Sequence[bool], model: Model) -> Figures:
    """Figures of a model. ``truths``: whether the register holds the record's unit, found or not."""
    linked = right = 0
    loss = 0.0
    sums = [[0, 0.0, 0] for _ in range(_DECILES)]
    for example in examples:
        shares = probabilities([model.score(one) for one in example.comparisons])
        true_share = shares[example.truth] if example.truth is not None else 1.0 - sum(shares)
        loss -= math.log(max(true_share, _LEAST))
        if not shares:
            continue
        best = max(range(len(shares)), key=shares.__getitem__)
        bucket = sums[min(int(shares[best] * _DECILES), _DECILES - 1)]
        bucket[0] += 1
        bucket[1] += shares[best]
        bucket[2] += best == example.truth
        if shares[best] >= model.accept:
            linked += 1
            right += best == example.truth
    return Figures(
        n=len(examples),
        n_true=sum(truths),
        n_reachable=sum(example.truth is not None for example in examples),
        n_linked=linked,
        n_right=right,
        log_loss=loss / max(len(examples), 1),
        deciles=tuple((int(n), said / max(n, 1), hits / max(n, 1)) for n, said, hits in sums),
    )


def table(before: Figures, after: Figures) -> str:
    """The before/after table for the reviewer, in Markdown."""
    lines = ["| | before | after |", "|---|---:|---:|"]
    for title, name, form in (
        ("recall", "recall", ".4f"), ("precision", "precision", ".4f"), ("log loss", "log_loss", ".4f"),
        ("records", "n", "d"), ("with a unit", "n_true", "d"), ("unit among candidates", "n_reachable", "d"),
        ("linked", "n_linked", "d"),
    ):  # fmt: skip
        lines.append(f"| {title} | {getattr(before, name):{form}} | {getattr(after, name):{form}} |")
    lines += ["", "| best candidate's probability | records | said | right, before | records | said | right, after |",  # noqa: E501
              "|---|---:|---:|---:|---:|---:|---:|"]  # fmt: skip
    for tenth, (old, new) in enumerate(zip(before.deciles, after.deciles, strict=True)):
        cells = " | ".join(f"{n} | {said:.3f} | {hit:.3f}" for n, said, hit in (old, new))
        lines.append(f"| {tenth / _DECILES:.1f} to {(tenth + 1) / _DECILES:.1f} | {cells} |")
    return "\n".join(lines)
