"""From one delivery to its events: the difference of the timeline before and after it.

The common case, a full delivery newer than all others, is a vectorised comparison of every key with
its last entry. Only keys the delivery *touches* go on to the second part, which puts the assertions
after the delivery's place in order again. That part serves late and superseding deliveries as well:
it looks at nothing before that place but the last state of each touched key.

A row of the second part is an *assertion*: ``record_key``, ``scope``, ``pos`` (rank of the asserting
delivery), ``says`` (content, absent, deleted), ``src`` (row holding its cells, null for absences),
``seen_on`` (last day an unbroken run of such assertions reaches). See ``timeline`` for the rule.
"""

from dataclasses import dataclass
from datetime import date, datetime

import polars as pl

from jianhui.core.dates import parse_date_expr
from jianhui.core.events import (
    APPEARED,
    BASIS_DECLARED,
    BASIS_FIRST,
    BASIS_REFERENCE_DATE,
    BEGINNING,
    CHANGED,
    CONTENT_EVENTS,
    DELETED,
    DISAPPEARED,
    ENDED,
    NO_SCOPE,
    PRESENT,
    REAPPEARED,
    RESTATED,
    RETRACTED,
    DeliveryKind,
    FeedRule,
)
from jianhui.core.text import is_empty_expr
from jianhui.log.timeline import effective_slots, event_schema

CONTENT = "content"
ABSENT = "absent"

_DERIVED = ("previous_asserted_on", "valid_from", "valid_from_basis", "declared_on", "is_backdated")
_PLACED = ("event", "record_key", "scope", "asserted_on", "asserted_by", *_DERIVED)


@dataclass(frozen=True)
class Arriving:
    """The delivery whose events are wanted. ``seq`` is the ledger line it will have."""

    seq: int
    delivery_id: str
    kind: DeliveryKind
    reference_on: date
    scopes: tuple[str, ...]
    recorded_at: datetime


def assertion_schema(rule: FeedRule) -> dict[str, pl.DataType]:
    """Columns of the rows a delivery hands to the log: grain record key.

    ``scope`` is the canonical scope (``""`` in feeds without); ``op`` is ``present`` or ``deleted``;
    ``line`` the physical line of the file; then the raw cells (null = header absent, ``""`` = blank).
    """
    meta: dict[str, pl.DataType] = {
        "record_key": pl.String(),
        "record_key_raw": pl.String(),
        "scope": pl.String(),
        "op": pl.String(),
        "line": pl.Int64(),
    }
    return meta | {column: pl.String() for column in rule.content_columns}


def derive_events(
    current: pl.DataFrame,
    deliveries: pl.DataFrame,
    arriving: Arriving,
    assertions: pl.DataFrame,
    rule: FeedRule,
) -> pl.DataFrame:
    """The events of ``arriving``: what must be recorded so that the timeline holds what it asserts.

    ``current``: live entries of the feed before it (``timeline.entries``). ``deliveries``: the feed's
    deliveries before it. ``assertions``: :func:`assertion_schema`, one row per key. The result has the
    columns ``timeline.event_schema(rule)`` and is ordered by record key, reference date, ledger line.
    Raises ``ValueError`` on assertions of another shape, with a key twice, or outside the scopes named.
    """
    said = _checked(assertions, arriving, rule)
    live = _with_content(current, rule)
    if rule.append_only:
        events = _appended(live, said, arriving, rule)
    else:
        events = _Timeline(live, deliveries, arriving, said, rule).events()
    return (
        events.sort("record_key", "asserted_on", "asserted_by")
        .drop("seq", strict=False)
        .with_row_index("seq")
        .with_columns(recorded_at=pl.lit(arriving.recorded_at))
        .select(pl.col(name).cast(dtype) for name, dtype in event_schema(rule).items())
    )


def _checked(assertions: pl.DataFrame, arriving: Arriving, rule: FeedRule) -> pl.DataFrame:
    """The assertions in the order and types of their schema."""
    schema = assertion_schema(rule)
    if missing := schema.keys() - set(assertions.columns):
        raise ValueError(f"{rule.feed}: assertions lack the columns {sorted(missing)}")
    said = assertions.select(pl.col(name).cast(dtype) for name, dtype in schema.items())
    if said["record_key"].null_count() or not said["record_key"].is_unique().all():
        raise ValueError(f"{rule.feed}: a delivery asserts each key once, and no empty one")
    if not said["op"].is_in([PRESENT, DELETED]).all():
        raise ValueError(f"{rule.feed}: op is {PRESENT} or {DELETED}")
    if arriving.kind == "full" and said["op"].is_in([DELETED]).any():
        raise ValueError(f"{rule.feed}: a full delivery deletes by leaving out")
    if not rule.append_only and not said["scope"].is_in(arriving.scopes or (NO_SCOPE,)).all():
        raise ValueError(f"{rule.feed}: assertions outside the scopes the delivery names")
    return said


def _with_content(current: pl.DataFrame, rule: FeedRule) -> pl.DataFrame:
    """Entries with every content column of the rule: those an older contract lacked are null."""
    missing = [column for column in rule.content_columns if column not in current.columns]
    return current.with_columns(pl.lit(None, pl.String).alias(column) for column in missing)


def _appended(live: pl.DataFrame, said: pl.DataFrame, arriving: Arriving, rule: FeedRule) -> pl.DataFrame:
    """Events of an append-only delivery: every row is one, compared with the key's last recorded row."""
    recorded = live.sort("record_key", "asserted_by").with_row_index("before")
    is_content = pl.col("event").is_in(CONTENT_EVENTS)
    last_event = recorded.select("record_key", before_event="event").unique("record_key", keep="last")
    last_row = (
        recorded.filter(is_content)
        .select("record_key", "before", seen_on="asserted_on")
        .unique("record_key", keep="last")
    )
    rows = (
        said.join(last_event, on="record_key", how="left", maintain_order="left")
        .join(last_row, on="record_key", how="left", maintain_order="left")
        .with_row_index("after")
    )
    deleted = pl.col("op") == DELETED
    same = _equal_rows(recorded, rows["before"], rows, rows["after"], rule)
    return rows.with_columns(
        pl.when(deleted).then(None).otherwise(pl.col(column)).alias(column) for column in rule.content_columns
    ).with_columns(
        event=pl.when(deleted)
        .then(pl.lit(ENDED))
        .when(pl.col("before").is_null())
        .then(pl.lit(APPEARED))
        .when(pl.col("before_event") == ENDED)
        .then(pl.lit(REAPPEARED))
        .when(same)
        .then(pl.lit(RESTATED))
        .otherwise(pl.lit(CHANGED)),
        asserted_on=pl.lit(arriving.reference_on),
        asserted_by=pl.lit(arriving.seq),
        previous_asserted_on=pl.col("seen_on"),
        valid_from=pl.when(deleted).then(pl.lit(arriving.reference_on)).otherwise(pl.lit(BEGINNING)),
        valid_from_basis=pl.when(deleted).then(pl.lit(BASIS_REFERENCE_DATE)).otherwise(pl.lit(BASIS_FIRST)),
        declared_on=pl.lit(None, pl.Date),
        is_backdated=pl.when(deleted).then(None).otherwise(pl.lit(False)),
        delivery_id=pl.lit(arriving.delivery_id),
    )


def _equal_rows(
    left: pl.DataFrame, left_rows: pl.Series, right: pl.DataFrame, right_rows: pl.Series, rule: FeedRule
) -> pl.Series:
    """Whether the content of row ``left_rows[i]`` of ``left`` equals that of ``right_rows[i]`` of ``right``.

    Null equals null and differs from blank; a null row number gives false.
    """
    both = left_rows.is_not_null() & right_rows.is_not_null()
    at_left, at_right = left_rows.filter(both), right_rows.filter(both)
    equal = pl.repeat(True, len(at_left), dtype=pl.Boolean, eager=True)
    for column in rule.content_columns:
        equal &= left[column].gather(at_left).eq_missing(right[column].gather(at_right))
    return pl.repeat(False, len(both), dtype=pl.Boolean, eager=True).scatter(both.arg_true(), equal)


class _Timeline:
    """The assertions of one feed around an arriving delivery, and what it changes in them."""

    def __init__(
        self,
        live: pl.DataFrame,
        deliveries: pl.DataFrame,
        arriving: Arriving,
        said: pl.DataFrame,
        rule: FeedRule,
    ) -> None:
        self.rule = rule
        self.arriving = arriving
        self.said = said
        before = effective_slots(deliveries)
        own = pl.DataFrame(
            {"scope": list(arriving.scopes or (NO_SCOPE,))}, schema={"scope": pl.String}
        ).with_columns(
            seq=pl.lit(arriving.seq, pl.Int64),
            kind=pl.lit(arriving.kind),
            reference_on=pl.lit(arriving.reference_on),
        )
        slot = ["kind", "reference_on", "scope"]
        self.positions = (
            pl.concat([before, own], how="diagonal")
            .select("seq", "kind", "reference_on")
            .unique()
            .sort("reference_on", "seq")
            .with_row_index("pos")
            .with_columns(pl.col("pos").cast(pl.Int64))
        )
        self.slots = pl.concat([before, own], how="diagonal").join(
            self.positions.select("seq", "pos"), on="seq", maintain_order="left"
        )
        gone = self.slots.join(own.select(slot), on=slot, how="semi").filter(pl.col("seq") != arriving.seq)
        self.kept = self.slots.join(gone.select("seq", "scope"), on=["seq", "scope"], how="anti")
        self.gone = gone
        self.own_pos = int(self.positions.filter(pl.col("seq") == arriving.seq)["pos"][0])
        # Nothing before this place changes.
        self.start = min([self.own_pos, *gone["pos"].to_list()])
        self.live = (
            live.with_row_index("src")
            .with_columns(pl.col("src").cast(pl.Int64))
            .filter(pl.col("scope").is_in(own["scope"].implode()))
            .join(
                self.positions.select("pos", "kind", asserted_by="seq"),
                on="asserted_by",
                maintain_order="left",
            )
            .with_columns(
                says=pl.when(pl.col("event").is_in(CONTENT_EVENTS))
                .then(pl.lit(CONTENT))
                .when((pl.col("event") == ENDED) & (pl.col("kind") == "delta"))
                .then(pl.lit(DELETED))
                .otherwise(pl.lit(ABSENT))
            )
        )
        self.entries = live
        self.first_said = live.height
        carried = ("record_key_raw", "delivery_id", "line", *rule.content_columns)
        own_id = pl.lit(arriving.delivery_id).alias("delivery_id")
        self.cells = pl.concat([live.select(carried), said.with_columns(own_id).select(carried)])
        self.deliveries = pl.concat(
            [
                deliveries.select(asserted_by=pl.col("seq").cast(pl.Int64), asserting_id="delivery_id"),
                pl.DataFrame({"asserted_by": [arriving.seq], "asserting_id": [arriving.delivery_id]}),
            ]
        )
        self.head = self.live.filter(pl.col("pos") < self.start)
        self.tail = self.live.filter(pl.col("pos") >= self.start)

    # ── the vectorised comparison ────────────────────────────────────────────────────────────────

    def events(self) -> pl.DataFrame:
        """The events in the columns of the log, in no particular order."""
        touched = self._touched()
        if touched.is_empty():
            return pl.DataFrame(schema=event_schema(self.rule))
        return self._difference(self._chain(self._assertions(touched)), touched)

    def _touched(self) -> pl.DataFrame:
        """``record_key``, ``scope`` of every key the delivery may change anything of."""
        key = ["record_key", "scope"]
        if self.arriving.kind == "delta":
            withdrawn = self.tail.join(
                self.gone.select("scope", asserted_by="seq"), on=["asserted_by", "scope"], how="semi"
            )
            return pl.concat([self.said.select(key), withdrawn.select(key)]).unique(maintain_order=True)
        held = (
            self.head.unique("record_key", keep="last", maintain_order=True)
            .filter(pl.col("says") == CONTENT)
            .select(*key, "src")
        )
        both = (
            self.said.select(key)
            .with_row_index("row")
            .join(held, on="record_key", how="full", coalesce=True, suffix="_held")
        )
        same = _equal_rows(self.entries, both["src"], self.said, both["row"], self.rule)
        differing = both.filter(~same).select("record_key", pl.coalesce("scope", "scope_held"))
        return pl.concat([differing, self.tail.select(key)]).unique(maintain_order=True)

    # ── the assertions of the touched keys, in order ─────────────────────────────────────────────

    def _assertions(self, touched: pl.DataFrame) -> pl.DataFrame:
        """Every assertion about the touched keys that can matter, in order of key and place."""
        tail = self.tail.join(touched, on="record_key", how="semi")
        seeds = self._seeds(touched)
        implied = self._implied(touched, tail, seeds)
        kept = tail.join(
            self.kept.select("scope", asserted_by="seq"), on=["asserted_by", "scope"], how="semi"
        )
        columns = (
            "record_key",
            "scope",
            "pos",
            "kind",
            "says",
            "src",
            "asserted_on",
            "asserted_by",
            "seen_on",
        )
        parts = [
            seeds.select(columns),
            kept.with_columns(seen_on="asserted_on").select(columns),
            implied.select(columns),
            self._own(touched).select(columns),
        ]
        return pl.concat(parts).sort("record_key", "pos")

    def _seeds(self, touched: pl.DataFrame) -> pl.DataFrame:
        """The state of each touched key before the start: its last content, and the end or gap after it.

        ``seen_on`` of the content is the last day a delivery before the start asserted it.
        """
        head = self.head.join(touched, on="record_key", how="semi")
        fulls = (
            self.slots.filter((pl.col("kind") == "full") & (pl.col("pos") < self.start))
            .group_by("scope")
            .agg(last_full_on=pl.col("reference_on").max())
        )
        last = head.unique("record_key", keep="last", maintain_order=True)
        content = (
            head.filter(pl.col("says") == CONTENT)
            .unique("record_key", keep="last", maintain_order=True)
            .join(fulls, on="scope", how="left", maintain_order="left")
            .join(
                last.select("record_key", last_pos="pos", absent_since="previous_asserted_on"),
                on="record_key",
                maintain_order="left",
            )
            .with_columns(
                seen_on=pl.when(pl.col("pos") == pl.col("last_pos"))
                .then(pl.max_horizontal("asserted_on", "last_full_on"))
                .otherwise("absent_since")
            )
        )
        closed = last.filter(pl.col("says") != CONTENT).with_columns(seen_on=pl.lit(None, pl.Date))
        return pl.concat([content.select(closed.columns), closed])

    def _implied(self, touched: pl.DataFrame, tail: pl.DataFrame, seeds: pl.DataFrame) -> pl.DataFrame:
        """Assertions of later full deliveries that have no entry, because they said nothing new.

        Of a run of them only the first and the last can matter: the first may now say something new,
        the last dates what comes after. They stand next to an entry or to the arriving delivery.
        """
        fulls = self.kept.filter(
            (pl.col("kind") == "full") & (pl.col("pos") >= self.start) & (pl.col("pos") != self.own_pos)
        ).select("scope", "pos", full_pos="pos", asserted_on="reference_on", asserted_by="seq")
        fulls = fulls.sort("pos")
        places = pl.concat(
            [
                tail.select("record_key", "scope", "pos"),
                touched.with_columns(pos=pl.lit(self.own_pos, pl.Int64)),
            ]
        ).sort("pos")
        neighbours = [
            places.join_asof(
                fulls,
                on="pos",
                by="scope",
                strategy=strategy,
                allow_exact_matches=False,
                check_sortedness=False,
            )
            .filter(pl.col("full_pos").is_not_null())
            .select("record_key", "scope", "asserted_on", "asserted_by", pos="full_pos")
            for strategy in ("backward", "forward")
        ]
        silent = (
            pl.concat(neighbours)
            .unique(["record_key", "pos"])
            .join(tail.select("record_key", "pos"), on=["record_key", "pos"], how="anti")
            .with_columns(kind=pl.lit("full"), says=pl.lit(None, pl.String), src=pl.lit(None, pl.Int64))
        )
        columns = ("record_key", "scope", "pos", "kind", "says", "src", "asserted_on", "asserted_by")
        told = pl.concat([seeds.select(columns), tail.select(columns)]).with_columns(is_silent=pl.lit(False))
        is_open = pl.col("says").forward_fill().over("record_key") == CONTENT
        return (
            pl.concat([told, silent.select(columns).with_columns(is_silent=pl.lit(True))])
            .sort("record_key", "pos")
            .with_columns(
                says=pl.when(is_open).then(pl.lit(CONTENT)).otherwise(pl.lit(ABSENT)),
                src=pl.when(is_open).then(pl.col("src").forward_fill().over("record_key")),
                seen_on="asserted_on",
            )
            .filter("is_silent")
        )

    def _own(self, touched: pl.DataFrame) -> pl.DataFrame:
        """What the arriving delivery says of the touched keys."""
        named = self.said.with_row_index("src").with_columns(
            src=pl.col("src").cast(pl.Int64) + self.first_said
        )
        rows = touched.join(
            named.select("record_key", "op", "src"), on="record_key", how="left", maintain_order="left"
        )
        if self.arriving.kind == "delta":
            rows = rows.filter(pl.col("op").is_not_null())
        return rows.with_columns(
            pos=pl.lit(self.own_pos, pl.Int64),
            kind=pl.lit(self.arriving.kind),
            says=pl.when(pl.col("op") == PRESENT)
            .then(pl.lit(CONTENT))
            .when(pl.col("op") == DELETED)
            .then(pl.lit(DELETED))
            .otherwise(pl.lit(ABSENT)),
            asserted_on=pl.lit(self.arriving.reference_on),
            asserted_by=pl.lit(self.arriving.seq, pl.Int64),
            seen_on=pl.lit(self.arriving.reference_on),
        )

    # ── the rule ─────────────────────────────────────────────────────────────────────────────────

    def _chain(self, assertions: pl.DataFrame) -> pl.DataFrame:
        """Each assertion with its event as if told in order, and what an entry derives from its place.

        Adds ``event`` (null where the assertion is implied by what precedes it), ``prev_src`` (the last
        content before) and the columns :data:`_DERIVED`.
        """
        says, key = pl.col("says"), "record_key"
        has_content = says == CONTENT
        rows = assertions.with_columns(
            prev_says=says.shift(1).over(key),
            # An absence says nothing of a record that is over or was never there.
            prev_told=pl.when(says != ABSENT).then(says).forward_fill().shift(1).over(key),
            prev_src=pl.when(has_content).then("src").forward_fill().shift(1).over(key),
            previous_asserted_on=pl.when(has_content).then("seen_on").forward_fill().shift(1).over(key),
        )
        rows = rows.with_columns(
            is_same=_equal_rows(self.cells, rows["prev_src"], self.cells, rows["src"], self.rule)
        )
        was_open = pl.col("prev_says").eq_missing(CONTENT)
        was_over = pl.col("prev_told").eq_missing(DELETED)
        if self.rule.absence == "ends":
            was_over |= pl.col("prev_says").eq_missing(ABSENT)
        gone = pl.lit(DISAPPEARED if self.rule.absence == "keeps" else ENDED)
        is_first = pl.col("prev_src").is_null()
        rows = rows.with_columns(
            begins=pl.when(~has_content)
            .then(pl.lit(None, pl.String))
            .when(is_first)
            .then(pl.lit("first"))
            .when(was_over)
            .then(pl.lit("life"))
            .when(~pl.col("is_same"))
            .then(pl.lit("version")),
            event=pl.when(says == DELETED)
            .then(pl.lit(ENDED))
            .when(says == ABSENT)
            .then(pl.when(was_open).then(gone))
            .when(is_first)
            .then(pl.lit(APPEARED))
            .when(~was_open)
            .then(pl.lit(REAPPEARED))
            .when(~pl.col("is_same"))
            .then(pl.lit(CHANGED))
            .when(pl.col("kind") == "delta")
            .then(pl.lit(RESTATED)),
        )
        return self._dated(rows)

    def _dated(self, rows: pl.DataFrame) -> pl.DataFrame:
        """``valid_from``, its basis, ``declared_on``, ``is_backdated`` of every assertion."""
        column = self.rule.change_date_column
        is_version = pl.col("begins").eq_missing("version")
        if column is None:
            rows = rows.with_columns(declared_on=pl.lit(None, pl.Date))
        else:
            changed = rows.with_row_index("row").filter(is_version)
            stated = changed.select(
                "row",
                now=self.cells[column].gather(changed["src"]),
                then=self.cells[column].gather(changed["prev_src"]),
            ).with_columns(now_on=parse_date_expr(pl.col("now")), then_on=parse_date_expr(pl.col("then")))
            moved = pl.col("now_on") != pl.col("then_on")
            filled = pl.col("now_on").is_not_null() & is_empty_expr(pl.col("then"))
            declared = stated.filter(moved.fill_null(False) | filled).select("row", declared_on="now_on")
            rows = (
                rows.with_row_index("row")
                .join(declared, on="row", how="left", maintain_order="left")
                .drop("row")
            )
        inside = (pl.col("declared_on") > pl.col("previous_asserted_on")) & (
            pl.col("declared_on") <= pl.col("asserted_on")
        )
        inside = is_version & inside.fill_null(False)
        begins = pl.col("begins")
        ends = pl.col("event").eq_missing(ENDED)
        return rows.with_columns(
            valid_from=pl.when(begins == "first")
            .then(pl.lit(BEGINNING))
            .when(inside)
            .then("declared_on")
            .when(begins.is_not_null() | ends)
            .then("asserted_on"),
            valid_from_basis=pl.when(begins == "first")
            .then(pl.lit(BASIS_FIRST))
            .when(inside)
            .then(pl.lit(BASIS_DECLARED))
            .when(begins.is_not_null() | ends)
            .then(pl.lit(BASIS_REFERENCE_DATE)),
            is_backdated=pl.when(pl.col("says") == CONTENT).then(
                pl.col("declared_on").is_not_null() & ~inside
            ),
        )

    # ── the difference ───────────────────────────────────────────────────────────────────────────

    def _difference(self, chain: pl.DataFrame, touched: pl.DataFrame) -> pl.DataFrame:
        """Events for what the entries from the start on lack, hold differently, or hold no longer."""
        place = ["record_key", "pos"]
        had = self.tail.join(touched, on="record_key", how="semi")
        wanted = chain.filter((pl.col("pos") >= self.start) & pl.col("event").is_not_null())
        compared = wanted.join(
            had.select(*place, *(pl.col(name).alias(f"had_{name}") for name in _DERIVED), had=pl.lit(True)),
            on=place,
            how="left",
            maintain_order="left",
        )
        stands = pl.col("had").fill_null(False) & pl.all_horizontal(
            pl.col(name).eq_missing(pl.col(f"had_{name}")) for name in _DERIVED
        )
        is_own = pl.col("asserted_by") == self.arriving.seq
        recorded = compared.filter(~stands).with_columns(
            event=pl.when(is_own | (pl.col("says") != CONTENT)).then("event").otherwise(pl.lit(RESTATED))
        )
        return pl.concat([self._quoted(recorded), self._retracted(had, wanted)], how="diagonal")

    def _quoted(self, recorded: pl.DataFrame) -> pl.DataFrame:
        """The events with the place they were read at and, of content, the cells."""
        cells = self.cells[recorded["src"]]
        has_content = recorded["says"] == CONTENT
        is_absent = recorded["says"] == ABSENT
        last_raw = self.cells["record_key_raw"].gather(recorded["prev_src"])
        asserting = recorded.join(self.deliveries, on="asserted_by", how="left", maintain_order="left")[
            "asserting_id"
        ]
        quoted = pl.DataFrame(
            [
                cells["record_key_raw"].zip_with(~is_absent, last_raw),
                cells["delivery_id"].zip_with(~is_absent, asserting),
                cells["line"].set(is_absent, None),
                *(cells[column].set(~has_content, None) for column in self.rule.content_columns),
            ]
        )
        return pl.concat([recorded.select(*_PLACED), quoted], how="horizontal")

    def _retracted(self, had: pl.DataFrame, wanted: pl.DataFrame) -> pl.DataFrame:
        """Entries the timeline no longer needs: withdrawn, or implied by what now precedes them."""
        lost = had.join(wanted, on=["record_key", "pos"], how="anti")
        return lost.select(
            "record_key",
            "record_key_raw",
            "scope",
            "asserted_on",
            "asserted_by",
            "delivery_id",
            "line",
            event=pl.lit(RETRACTED),
        )
