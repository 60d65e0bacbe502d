"""Examples for the fit: records of an invented register with the candidates blocking gives them."""

from collections import defaultdict
from dataclasses import dataclass

import polars as pl

from jianhui.core.text import canonical_name_expr
from jianhui.resolve.bearers import sides, with_sides
from jianhui.resolve.blocking import candidates, whereabouts
from jianhui.resolve.pairs import compare
from jianhui.resolve.training.fit import Example
from jianhui.resolve.training.records import Said, code_of, records
from jianhui.resolve.training.register import Register


@dataclass(frozen=True)
class World:
    """A register and records: frames of names taken apart, truths, and examples made of them.

    ``mentions``: ``mention`` and the parts; ``bearers``: ``bearer``, ``unit`` and the parts; ``said``: the
    records; ``examples``: in their order; ``kinds``: kind of each record.
    """

    mentions: pl.DataFrame
    bearers: pl.DataFrame
    said: list[Said]
    examples: list[Example]


def world(seed: int, n_units: int, n_records: int) -> World:
    """The world of a seed: the same seed and tables give the same examples."""
    register = Register(seed, n_units)
    said = records(register, seed + 1, n_records)
    bearers = bearer_frame(register, said)
    mentions = mention_frame(said)
    return World(mentions, bearers, said, examples_of(mentions, bearers, said))


def bearer_frame(register: Register, said: list[Said]) -> pl.DataFrame:
    """The names of the register's units, the former ones that records still say among them."""
    rows = [(at, unit.name, unit.address, code_of(at), False) for at, unit in enumerate(register.units)]
    rows += [
        (one.truth, one.name, register.units[one.truth].address, code_of(one.truth), True)
        for one in said
        if one.is_former
    ]
    frame = pl.DataFrame(
        rows,
        schema={"unit": pl.Int64, "name": pl.String, "said_address": pl.String, "codes": pl.String,
                "is_former": pl.Boolean},
        orient="row",
    )  # fmt: skip
    divisions = [unit.place.code for unit in register.units]
    frame = frame.with_columns(
        name=canonical_name_expr(pl.col("name")),
        division=pl.col("unit").replace_strict(dict(enumerate(divisions)), return_dtype=pl.String),
    )
    return (
        with_sides(frame, ["said_address"])
        .with_columns(place=pl.when(pl.col("place") != "").then("place").otherwise("division"))
        .with_columns(*whereabouts(pl.col("region"), pl.col("place")))
        .with_row_index("bearer")
    )


def mention_frame(said: list[Said]) -> pl.DataFrame:
    """The records' names taken apart."""
    frame = pl.DataFrame(
        {
            "name": [one.name for one in said],
            "address_said": [one.address for one in said],
            "office": [one.office for one in said],
            "codes": [one.code for one in said],
        },
        schema=dict.fromkeys(("name", "address_said", "office", "codes"), pl.String),
    ).with_row_index("mention")
    read = with_sides(
        frame.with_columns(name=canonical_name_expr(pl.col("name"))), ["address_said", "office"]
    )
    return read.with_columns(*whereabouts(pl.col("region"), pl.col("place")), is_former=pl.lit(value=False))


def examples_of(mentions: pl.DataFrame, bearers: pl.DataFrame, said: list[Said]) -> list[Example]:
    """One example a record; of a unit with several names the one that counts most alike stands for it."""
    pairs = candidates(mentions, bearers)
    records_ = dict(zip(mentions.get_column("mention").to_list(), sides(mentions), strict=True))
    borne = sides(bearers)
    unit_of = bearers.get_column("unit").to_list()
    found: dict[int, list[int]] = defaultdict(list)
    for mention, bearer in pairs.iter_rows():
        found[mention].append(bearer)
    examples = []
    for mention, one in enumerate(said):
        best: dict[int, int] = {}
        for bearer in found[mention]:
            unit = unit_of[bearer]
            if unit not in best or borne[bearer].folded == records_[mention].folded:
                best[unit] = bearer
        compared = {unit: compare(records_[mention], borne[bearer]) for unit, bearer in best.items()}
        open_ = {unit: it for unit, it in compared.items() if not it.are_told_apart}
        comparisons = list(open_.values())
        truth = list(open_).index(one.truth) if one.truth in open_ else None
        examples.append(Example(comparisons, truth))
    return examples
