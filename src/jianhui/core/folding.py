"""Names in standard characters: traditional, Japanese and variant forms replaced, numerals in Chinese.

Signs that mean nothing in a name are taken out. Characters: ``words/characters.csv``.
"""

from functools import cache

import polars as pl

from jianhui.core.words import table

_NOISE = r"""[·•・.,，。、:：;；'"“”‘’`_~～*#…]"""
_DIGITS = "零一二三四五六七八九"
_CAPITALS = tuple(zip("壹贰叁肆伍陆柒捌玖拾", "一二三四五六七八九十", strict=True))
_MOST_COUNTED = 39


def fold_expr(name: pl.Expr) -> pl.Expr:
    """A canonical name in standard characters (traditional, Japanese and variant forms replaced)."""
    variants, standard = _variants()
    plain = name.str.replace_all(_NOISE, "").str.replace_many(variants, standard)
    return plain.str.replace_many(*_numerals(), leftmost=True)


def fold(name: str) -> str:
    """:func:`fold_expr` of one name."""
    return str(pl.select(fold_expr(pl.lit(name))).item())


@cache
def _numerals() -> tuple[list[str], list[str]]:
    """Numerals that count, in digits (第2) or capitals (第贰), and what they are in Chinese."""
    numbers = [
        (
            str(n),
            ("" if n < 20 else _DIGITS[n // 10]) * (n > 9) + "十" * (n > 9) + _DIGITS[n % 10] * (n % 10 > 0),
        )
        for n in range(_MOST_COUNTED, 0, -1)
    ]
    pairs = [(f"第{digits}", f"第{words_}") for digits, words_ in numbers]
    pairs += [(f"第{capital}", f"第{plain}") for capital, plain in _CAPITALS]
    return [digits for digits, _ in pairs], [words_ for _, words_ in pairs]


@cache
def _variants() -> tuple[list[str], list[str]]:
    pairs = [(row["character"], row["standard"]) for row in table("characters") if row["standard"]]
    return [variant for variant, _ in pairs], [standard for _, standard in pairs]
