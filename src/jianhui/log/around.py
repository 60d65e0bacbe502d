"""What is said around the place of an arriving delivery: which keys it touches, and all that bears on them.

The common case, a full delivery newer than all others, is a vectorised comparison of every key with
its last entry. Only *touched* keys go further. For late and superseding deliveries the assertions after
the place are put together again; nothing before it is looked at but the last state of each touched key.

Assertions are frames of :data:`ASSERTION_COLUMNS`, grain record key × delivery. ``pos`` is the rank of
the asserting delivery by reference date and ledger line; ``kind`` its kind; ``says`` one of content,
absent, deleted; ``src`` the row of ``cells`` it was read at (null for an implied absence); ``seen_on``
the last day on which an unbroken run of equal assertions, of which only the first is listed, was made.
"""

import polars as pl

from jianhui.core.events import CONTENT_EVENTS, DELETED, ENDED, NO_SCOPE, PRESENT, FeedRule
from jianhui.log.arriving import Arriving
from jianhui.log.content import equal_content
from jianhui.log.timeline import EVENT_SCHEMA, effective_slots

CONTENT = "content"
ABSENT = "absent"

_KEY = ["record_key", "scope"]
_SLOT = ["kind", "reference_on", "scope"]
_TOLD = ("record_key", "scope", "pos", "kind", "says", "src", "asserted_on", "asserted_by")
ASSERTION_COLUMNS = (*_TOLD, "seen_on")


class Around:
    """The timeline of one feed from the place of an arriving delivery on.

    ``start``: the first place that can change (its own, or that of the delivery it replaces).
    ``head``, ``tail``: live entries of its scopes before and from the start, with ``pos``, ``kind``,
    ``says``, ``src``. ``cells``: rows of ``live``, then of ``said``, numbered by ``src``.
    """

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
        self._said = said
        self._first_said = live.height
        carried = ("record_key_raw", "delivery_id", "line", *rule.content_columns)
        own_id = pl.lit(arriving.delivery_id).alias("delivery_id")
        self.cells = pl.concat([live.select(carried), said.with_columns(own_id).select(carried)])

        own = pl.DataFrame(
            {"scope": list(arriving.scopes or (NO_SCOPE,))}, schema={"scope": pl.String}
        ).with_columns(
            seq=pl.lit(arriving.seq, pl.Int64),
            kind=pl.lit(arriving.kind),
            reference_on=pl.lit(arriving.reference_on),
        )
        slots = pl.concat([effective_slots(deliveries), own], how="diagonal").with_columns(
            pos=pl.struct("reference_on", "seq").rank("dense").cast(pl.Int64)
        )
        is_own = pl.col("seq") == arriving.seq
        self._gone = slots.join(own, on=_SLOT, how="semi").filter(~is_own)
        self._kept = slots.join(self._gone, on=["seq", "scope"], how="anti")
        self.own_pos = int(slots.filter(is_own)["pos"][0])
        self.start = min([self.own_pos, *self._gone["pos"].to_list()])

        placed = (
            live.lazy()
            .select(EVENT_SCHEMA.keys())
            .with_columns(src=pl.int_range(pl.len(), dtype=pl.Int64))
            .filter(pl.col("scope").is_in(own["scope"].implode()))
            .join(
                slots.lazy().select("pos", "kind", asserted_by="seq").unique(),
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
            .collect()
        )
        self.head = placed.filter(pl.col("pos") < self.start)
        self.tail = placed.filter(pl.col("pos") >= self.start)

    def touched(self) -> pl.DataFrame:
        """``record_key``, ``scope`` of every key the delivery may change anything of."""
        if self.arriving.kind == "delta":
            withdrawn = self.tail.join(
                self._gone.select("scope", asserted_by="seq"), on=["asserted_by", "scope"], how="semi"
            )
            return pl.concat([self._said.select(_KEY), withdrawn.select(_KEY)]).unique(maintain_order=True)
        held = (
            self.head.select(*_KEY, "says", "src")
            .unique("record_key", keep="last", maintain_order=True)
            .filter(pl.col("says") == CONTENT)
            .drop("says")
        )
        both = (
            self._said.select(_KEY)
            .with_row_index("row")
            .join(held, on="record_key", how="full", coalesce=True, suffix="_held")
        )
        same = equal_content(self.cells, both["src"], self._said, both["row"], self.rule)
        differing = both.filter(~same).select("record_key", pl.coalesce("scope", "scope_held"))
        return pl.concat([differing, self.tail.select(_KEY)]).unique(maintain_order=True)

    def assertions(self, touched: pl.DataFrame) -> pl.DataFrame:
        """Every assertion about the touched keys that can matter, in order of key and place."""
        tail = self.tail.join(touched, on="record_key", how="semi")
        seeds = self._seeds(touched)
        implied = self._implied(touched, tail, seeds)
        kept = tail.join(
            self._kept.select("scope", asserted_by="seq"), on=["asserted_by", "scope"], how="semi"
        )
        parts = [
            seeds.select(ASSERTION_COLUMNS),
            kept.with_columns(seen_on="asserted_on").select(ASSERTION_COLUMNS),
            implied.select(ASSERTION_COLUMNS),
            self._own(touched).select(ASSERTION_COLUMNS),
        ]
        return pl.concat(parts).sort("record_key", "pos")

    def _seeds(self, touched: pl.DataFrame) -> pl.DataFrame:
        """The state of each touched key before the start: its last content, and the end or gap after it.

        ``seen_on`` of the content is the last day a delivery before the start asserted it.
        """
        head = self.head.join(touched, on="record_key", how="semi")
        fulls = (
            self._kept.filter((pl.col("kind") == "full") & (pl.col("pos") < self.start))
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
        fulls = self._kept.filter(
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
        told = pl.concat([seeds.select(_TOLD), tail.select(_TOLD)]).with_columns(is_silent=pl.lit(False))
        is_open = pl.col("says").forward_fill().over("record_key") == CONTENT
        return (
            pl.concat([told, silent.select(_TOLD).with_columns(is_silent=pl.lit(True))])
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
        named = self._said.with_row_index("src").with_columns(
            src=pl.col("src").cast(pl.Int64) + self._first_said
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
