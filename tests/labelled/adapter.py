"""The one place where the labelled cases touch the linking engine.

Whoever builds the engine fills in the three functions and sets the two thresholds from the frozen model;
nothing else in this folder knows the engine. Until then each raises :class:`NotImplementedError` and the
tests that need it are skipped with that reason.
"""

NOT_YET = "no linking engine yet: fill in tests/labelled/adapter.py"

LINK_AT = 0.9
"""Probability from which the engine links by itself, in [0, 1]."""

REVIEW_AT = 0.05
"""Probability below which a pair is shown to nobody, in [0, 1]."""


def parse(name: str) -> dict[str, str]:
    """An enterprise's name taken apart: keys region, brand, trade, form, branch; an absent part is ``""``.

    Each part in the characters of the name. region: all place words, bracketed or not, 中国 in brackets too;
    branch: all after the legal form that names a part of the enterprise (``第三分公司``, ``昆明翠湖支行``).
    """
    raise NotImplementedError(NOT_YET)


def union_host(name: str) -> str | None:
    """The unit inside a union's name; null where none stands behind it (an area's 总工会, a trade's)."""
    raise NotImplementedError(NOT_YET)


def probability(record: dict[str, str | None], enterprise: dict[str, str | None]) -> float:
    """That both are one unit, in [0, 1], seen by themselves (no other candidate known).

    record: keys name, address, office (主管税务机关); enterprise: keys name, address. An absent cell is null.
    """
    raise NotImplementedError(NOT_YET)
