"""From the rows of a landing to assertions: which record each names, and which rows are bad.

A pure function of the canonical text and the contract of its day, so that a replay derives the same.
"""

from dataclasses import dataclass

import polars as pl

from jianhui.core.dates import parse_date_expr, parse_month_expr
from jianhui.core.events import DELETED, NO_SCOPE, PRESENT, DeliveryKind
from jianhui.core.identifiers import diagnose_series
from jianhui.core.text import canonical_key_expr, is_empty_expr
from jianhui.intake.contract import Contract, KeyPart
from jianhui.intake.headers import CHANGE_TYPE

NO_KEY = "no_key"
NO_NAME = "no_name"
CHANGE_TYPE_UNKNOWN = "change_type"
DUPLICATE_KEY = "duplicate_key"
SKIPPED = "skipped"

OPERATIONS = {"新增": PRESENT, "变更": PRESENT, "删除": DELETED}
"""Words of 变更类型 and what they say of the record."""

_SHOWN = 80  # characters of a value told in a message

REJECTED_SCHEMA = pl.Schema(
    {
        "line": pl.Int64(),
        "sheet": pl.String(),
        "rule": pl.String(),
        "field": pl.String(),
        "value": pl.String(),
        "record_key": pl.String(),
    }
)


@dataclass(frozen=True)
class Derived:
    """What a landing says.

    ``assertions``: grain record key; ``record_key``, ``record_key_raw``, ``scope``, ``op``, ``line`` and
    the contract's columns (null = header absent, ``""`` = blank), in the order of the file.
    ``change_types``: the canonical word of 变更类型 per assertion (null in full files).
    ``rejected``: grain row kept back, ``REJECTED_SCHEMA``; ``rule`` says why, ``value`` is that of the
    landing (personal: a pseudonym), ``record_key`` is set for duplicates.
    ``scopes``: canonical scopes the rows lie in, sorted; empty for feeds without.
    """

    assertions: pl.DataFrame
    change_types: pl.Series
    rejected: pl.DataFrame
    scopes: tuple[str, ...]
    rows_in: int
    rows_skipped: int
    rows_collapsed: int

    @property
    def rows_duplicate(self) -> int:
        """Rows kept back because a later row of the file names the same record."""
        return int((self.rejected["rule"] == DUPLICATE_KEY).sum())

    @property
    def rows_bad(self) -> int:
        """Rows that could not be read as a record."""
        return self.rejected.height - self.rows_duplicate


def derive(contract: Contract, kind: DeliveryKind, rows: pl.DataFrame) -> Derived:
    """Assertions and rejected rows of a landing.

    ``rows``: ``row`` (order in the file), ``line``, ``sheet``, ``problem`` (empty for a readable row),
    ``raw`` (what stands for an unreadable row), ``change_type`` and the contract's columns as String.
    """
    keyed = rows.with_columns(
        *_key_columns(contract, rows),
        scope=_scope(contract),
        op=pl.lit(PRESENT) if kind == "full" else _operation(),
    )
    judged = keyed.with_columns(rule=_rule(contract, kind))
    skipped = judged["rule"] == SKIPPED
    bad = judged.filter(pl.col("rule").is_not_null() & (pl.col("rule") != SKIPPED))
    good = judged.filter(pl.col("rule").is_null())
    last, duplicates, collapsed = _one_row_per_key(contract, good)
    duplicates = duplicates.with_columns(rule=pl.lit(DUPLICATE_KEY))
    rejected = pl.concat([_explained(contract, bad), _explained(contract, duplicates)])
    scopes = tuple(sorted(set(last["scope"]))) if contract.full_scope else ()
    columns = ("record_key", "record_key_raw", "scope", "op", "line", *contract.column_names)
    return Derived(
        assertions=last.select(columns),
        change_types=last.select(canonical_key_expr(pl.col("change_type"))).to_series(),
        rejected=rejected.sort("row").drop("row"),
        scopes=scopes,
        rows_in=rows.height,
        rows_skipped=int(skipped.sum()),
        rows_collapsed=collapsed,
    )


def _key_columns(contract: Contract, rows: pl.DataFrame) -> list[pl.Series]:
    """``record_key`` and ``record_key_raw`` of every row; null where a component is missing."""
    parts = [_component(contract, rows, component) for component in contract.record_key]
    keys = pl.DataFrame([key.alias(str(i)) for i, (key, _) in enumerate(parts)])
    raws = pl.DataFrame([raw.alias(str(i)) for i, (_, raw) in enumerate(parts)])
    return [
        keys.select(pl.concat_str(pl.all(), separator="|").alias("record_key")).to_series(),
        raws.select(pl.concat_str(pl.all(), separator="|").alias("record_key_raw")).to_series(),
    ]


def _component(
    contract: Contract, rows: pl.DataFrame, parts: tuple[KeyPart, ...]
) -> tuple[pl.Series, pl.Series]:
    """The first alternative that fills the component: its canonical form, and the cell as given."""
    key = pl.repeat(None, rows.height, dtype=pl.String, eager=True)
    raw = key
    for part in parts:
        cells = rows[part.column]
        if part.when == "valid":
            form = _if_valid(contract, part.column, cells)
        else:
            form = rows.select(_canonical(contract, part.column)).to_series()
        if part.when == "any":
            form = form.fill_null("")
        takes = key.is_null() & form.is_not_null()
        key = form.zip_with(takes, key)
        raw = cells.fill_null("").zip_with(takes, raw)
    return key, raw


def _canonical(contract: Contract, name: str) -> pl.Expr:
    """Canonical form of a cell in a key or scope: days YYYYMMDD, months YYYYMM, other text as a key."""
    text = canonical_key_expr(pl.col(name))
    kind = contract.column(name).type
    if kind == "date":
        return pl.coalesce(parse_date_expr(pl.col(name)).dt.strftime("%Y%m%d"), text)
    if kind == "month":
        return pl.coalesce(parse_month_expr(pl.col(name)).dt.strftime("%Y%m"), text)
    return text


def _if_valid(contract: Contract, name: str, raw: pl.Series) -> pl.Series:
    """The canonical code where the cell is a valid one of its column's scheme, else null."""
    scheme = contract.column(name).scheme
    if scheme is None:
        raise ValueError(f"{contract.feed}: {name} is no code")
    diagnosis = diagnose_series(raw, scheme)
    return diagnosis.select(pl.when("is_valid").then("canonical")).to_series()


def _scope(contract: Contract) -> pl.Expr:
    if contract.full_scope is None:
        return pl.lit(NO_SCOPE)
    return _canonical(contract, contract.full_scope).fill_null(NO_SCOPE)


def _operation() -> pl.Expr:
    word = canonical_key_expr(pl.col("change_type"))
    return word.replace_strict(OPERATIONS, default=None, return_dtype=pl.String)


def _rule(contract: Contract, kind: DeliveryKind) -> pl.Expr:
    """Why a row is kept back (a problem of the reader, ``skipped``, or a rule above), or null."""
    rules = [(pl.col("problem") != "", pl.col("problem"))]
    is_deletion = pl.col("op").eq_missing(DELETED)  # needs no more than the key
    if contract.skip_unless is not None:
        says_nothing = is_empty_expr(pl.col(contract.skip_unless)) & ~is_deletion
        rules.append((says_nothing, pl.lit(SKIPPED)))
    if kind == "delta":
        rules.append((pl.col("op").is_null(), pl.lit(CHANGE_TYPE_UNKNOWN)))
    has_no_name = is_empty_expr(pl.col(contract.name)) & ~is_deletion
    rules += [(pl.col("record_key").is_null(), pl.lit(NO_KEY)), (has_no_name, pl.lit(NO_NAME))]
    return pl.coalesce(pl.when(applies).then(name) for applies, name in rules)


def _one_row_per_key(contract: Contract, good: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame, int]:
    """The row that stands for each key (the last), the differing ones before it, the number of equal ones."""
    last = good.unique("record_key", keep="last", maintain_order=True).sort("row")
    if last.height == good.height:
        return last, good.clear(), 0
    others = good.join(last.select("row"), on="row", how="anti", maintain_order="left")
    content = ["op", *contract.column_names]
    standing = last.select("record_key", *(pl.col(name).alias(f"last_{name}") for name in content))
    compared = others.join(standing, on="record_key", how="left", maintain_order="left")
    is_equal = pl.all_horizontal(pl.col(name).eq_missing(pl.col(f"last_{name}")) for name in content)
    differing = compared.filter(~is_equal).select(good.columns)
    return last, differing, others.height - differing.height


def _explained(contract: Contract, kept_back: pl.DataFrame) -> pl.DataFrame:
    """Rows kept back with the field and value their rule speaks of, as they stand in the landing."""
    headers = contract.headers
    parts = [part.column for component in contract.record_key for part in component]
    key_field = pl.lit(" / ".join(headers[name] for name in dict.fromkeys(parts)))
    name_field, name_value = pl.lit(headers[contract.name]), pl.col(contract.name)
    told = {
        NO_KEY: (key_field, pl.lit("")),
        NO_NAME: (name_field, name_value),
        CHANGE_TYPE_UNKNOWN: (pl.lit(CHANGE_TYPE), pl.col("change_type")),
        DUPLICATE_KEY: (key_field, pl.col("record_key_raw")),
    }
    rule = pl.col("rule")
    return kept_back.with_columns(
        field=pl.coalesce(pl.when(rule == name).then(field) for name, (field, _) in told.items()),
        value=pl.coalesce(
            *(pl.when(rule == name).then(value) for name, (_, value) in told.items()),
            pl.when(pl.col("problem") != "").then("raw"),
        ).str.slice(0, _SHOWN),
        record_key=pl.when(rule == DUPLICATE_KEY).then("record_key"),
    ).select("row", *(pl.col(name).cast(dtype) for name, dtype in REJECTED_SCHEMA.items()))
