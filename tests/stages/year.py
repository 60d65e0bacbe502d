"""A simulated year in which news of every kind comes at a known moment, and what was true of it at each step.

The truth is the city's own (``simulate.truth``), which shares nothing with the product: it is asked of the
city as it would be with only some of the deliveries, under another deadline, with another reader of numbers,
or with unions that are nobody's. What a code or a name does not tell is taken as linked (that links are right
is proved night by night, ``nights.py``): the city knows no scores.
"""

import csv
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from jianhui.core.numbers import parse_integer_expr
from jianhui.publish.compare_cells import Cause
from jianhui.publish.digests import provenance
from jianhui.publish.release_index import PublishedRelease
from jianhui.publish.rules import SEEDS, project_under
from jianhui.publish.rules_in_force import RULES_FILE, with_rules
from jianhui.resolve import records
from jianhui.resolve.judgements import Judgement, judged_line
from jianhui.simulate import figures, simulate, staffing, truth_at
from jianhui.simulate.attaching import NOBODY, REFUSED, GivenLink
from jianhui.simulate.truth import Truth
from jianhui.stages import publishing
from jianhui.stages.context import AsOf, Context
from jianhui.stages.publishing import publish_as_of
from jianhui.stages.scoring import JUDGED, in_clear
from tests.stages.city import SimulatedDesk

START, END = date(2014, 1, 1), date(2015, 1, 10)
QUARTERS = {
    "2014Q1": (date(2014, 3, 31), date(2014, 4, 10)),
    "2014Q2": (date(2014, 6, 30), date(2014, 7, 10)),
    "2014Q3": (date(2014, 9, 30), date(2014, 10, 10)),
    "2014Q4": (date(2014, 12, 31), date(2015, 1, 10)),
}
"""Quarter → its last day and its cut-off."""

BETTER_READER_FROM = "2014Q2"
LATE = {"2014-03": date(2014, 5, 5), "2014-09": date(2014, 11, 5)}
"""Month → when what the union register said in it comes at last."""
CORRECTED = {"commerce_20140331": date(2014, 5, 20), "commerce_20140929": date(2014, 11, 20)}
"""File of the registry → when it is sent again, otherwise."""
LONGER_DEADLINE_FROM = "2014Q3"
DEADLINE_BEFORE, DEADLINE_AFTER = 6, 9
LOOKED_AT = {"2014Q2": date(2014, 8, 20), "2014Q3": date(2014, 11, 25)}
"""Quarter a person looked at → when they found that a union it counts is none of the firm's."""


@dataclass(frozen=True)
class Year:
    """The year played through. ``unions``: the day of a judgement → the union it speaks of."""

    desk: SimulatedDesk
    context: Context
    releases: Mapping[str, PublishedRelease]
    sent: Sequence[Mapping[str, Any]]
    unions: Mapping[date, str]


# -- what happens --------------------------------------------------------------------------------------


def play(folder: Path, enterprises: int) -> Year:
    """A year of deliveries; each quarter published at its cut-off by the code and the rules of its time."""
    city = folder / "city"
    simulate(city, enterprises=enterprises, start=START, end=END, seed=7, truth_on=())
    sent = _rearranged(city)
    desk = SimulatedDesk(folder, city)
    longer = Context(replace(desk.context.settings, project=_longer_deadline(desk.context)), desk.clock)
    released: dict[str, PublishedRelease] = {}
    unions: dict[date, str] = {}
    for quarter, (valid_on, cut_off) in QUARTERS.items():
        for looked_at, day in LOOKED_AT.items():
            if looked_at in released and day not in unions and day <= cut_off:
                desk.receive_until(day)
                unions[day] = _judge(desk, released[looked_at], 3 + len(unions))
        desk.receive_until(cut_off)
        context = longer if quarter >= LONGER_DEADLINE_FROM else desk.context
        with _code_of(quarter):
            as_of = AsOf(valid_on, context.clock())
            made = publish_as_of(context, as_of, kind="quarter", quarter=quarter)
        released[quarter] = made.release
    return Year(desk, longer, released, sent, unions)


@contextmanager
def _code_of(quarter: str) -> Iterator[None]:
    """Before the better reader head counts that end in 0 or 5 were not taken, and the digest was another."""
    with pytest.MonkeyPatch.context() as patch:
        if quarter < BETTER_READER_FROM:
            patch.setitem(records._READERS, "integer", _misread)  # type: ignore[arg-type]
            old = {"code_digest": "of old", "code_version": "0.0.9"}
            patch.setattr(publishing, "provenance", lambda settings: replace(provenance(settings), **old))
        yield


def _misread(cells: pl.Series, column: records.Column) -> pl.DataFrame:
    read = parse_integer_expr(pl.col("cell")).cast(pl.Int64())
    usable = pl.when(read % 5 != 0).then(read)
    return cells.to_frame().select(usable.alias(column.name), pl.col("cell").alias(f"{column.name}_raw"))


def _rearranged(city: Path) -> list[dict[str, Any]]:
    """The deliveries with the late ones late and the corrections in their place; ``city.json`` says so.

    Of the registry the weekly files alone: they bring the same news as its daily ones, in half the time.
    """
    document = json.loads((city / "city.json").read_text(encoding="utf-8"))
    sent = []
    for one in document["deliveries"]:
        if one["feed"] == "commerce" and one["kind"] == "delta":
            continue
        late = LATE.get(one["reference_on"][:7]) if one["feed"] == "union_organisations" else None
        sent.append({**one, "arrived_on": late.isoformat()} if late else one)
    for number, (name, day) in enumerate(CORRECTED.items()):
        told = next(one for one in sent if Path(one["path"]).stem == name)
        path = _correction(city, told, day, number)
        sent.append({**told, "arrived_on": day.isoformat(), "path": path})
    document["deliveries"] = sorted(sent, key=lambda one: str(one["arrived_on"]))
    (city / "city.json").write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")
    return list(document["deliveries"])


def _correction(city: Path, told: Mapping[str, Any], day: date, number: int) -> str:
    """The registry sends a file again: some firms had closed by then, some lie elsewhere; where it lies."""

    def change(row: dict[str, str], line: int) -> None:
        if line % 40 == 7 + 5 * number:
            row["登记状态"], row["注吊销日期"] = "注销", told["reference_on"][:8] + "20"
        if line % 40 == 21 + 5 * number:
            row["街道代码"], row["住所"] = "210202001", "大连市中山区人民路1号"

    name = f"{Path(told['path']).stem}_corrected.csv"
    target = city / "deliveries" / day.isoformat() / name
    _rewritten(city / told["path"], target, told, change)
    return target.relative_to(city).as_posix()


def _rewritten(
    source: Path, target: Path, told: Mapping[str, Any], change: Callable[[dict[str, str], int], None]
) -> None:
    with source.open(encoding=told["encoding"], newline="") as stream:
        reader = csv.DictReader(stream, delimiter=told["delimiter"])
        rows, columns = list(reader), list(reader.fieldnames or ())
    for line, row in enumerate(rows):
        change(row, line)
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("w", encoding=told["encoding"], newline="") as stream:
        writer = csv.DictWriter(stream, columns, delimiter=told["delimiter"], lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def _longer_deadline(context: Context) -> Path:
    """The dbt project under the rules of later on."""
    seeds = context.settings.dbt_project / SEEDS
    old = f"establish.deadline_months,{DEADLINE_BEFORE},"
    text = (seeds / RULES_FILE).read_text(encoding="utf-8")
    assert old in text
    changed = text.replace(old, f"establish.deadline_months,{DEADLINE_AFTER},").encode()
    return project_under(context.settings, with_rules(context.settings, seeds, {RULES_FILE: changed}))


def _judge(desk: SimulatedDesk, release: PublishedRelease, place: int) -> str:
    """A person finds that the union of a firm is none of its; the union."""
    coverage = pl.read_parquet(release.folder / "marts" / "fct_enterprise_coverage.parquet")
    own = coverage.filter("in_base_live", pl.col("cover_kind") == "own").sort("enterprise_id")
    union = str(own.get_column("union_id")[place])
    says = Judgement("union_organisations", union, "none", by="p:judge", reason="查无此会")
    desk.context.log.append_decision("judgements", judged_line([says]), desk.clock)
    return union


# -- what was true -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Supposed:
    """A state of things: a day, what had come, which unions are nobody's, the deadline, the reader."""

    valid_on: date
    has_come: Callable[[Mapping[str, Any]], bool]
    nobodys: frozenset[str]
    deadline: int
    is_old_reader: bool


def path_between(year: Year, first: str, second: str) -> list[tuple[Cause, Supposed]]:
    """The states of things from one quarter to another, each with the cause that led to it.

    The first is the state the first quarter was published in; its cause means nothing.
    """
    (first_on, known), (second_on, cut_off) = QUARTERS[first], QUARTERS[second]

    def by(quarter: str) -> int:
        return DEADLINE_AFTER if quarter >= LONGER_DEADLINE_FROM else DEADLINE_BEFORE

    def had_come(one: Mapping[str, Any], day: date = known) -> bool:
        return bool(one["arrived_on"] <= day.isoformat())

    def is_corrected(one: Mapping[str, Any]) -> bool:
        """What the first quarter knew otherwise, told again by the second."""
        is_again = one["path"].endswith("_corrected.csv") and had_come(one, cut_off)
        return is_again and one["reference_on"] <= known.isoformat()

    def judged(day: date) -> frozenset[str]:
        return frozenset(union for on, union in year.unions.items() if on <= day)

    start = Supposed(first_on, had_come, judged(known), by(first), first < BETTER_READER_FROM)
    read = replace(start, is_old_reader=False)
    ruled = replace(read, deadline=by(second))
    looked_at = replace(ruled, nobodys=judged(cut_off))
    corrected = replace(looked_at, has_come=lambda one: had_come(one) or is_corrected(one))
    all_come = replace(looked_at, has_come=lambda one: had_come(one, cut_off))
    return [
        ("code", start),
        ("code", read),
        ("policy", ruled),
        ("judgement", looked_at),
        ("correction", corrected),
        ("late", all_come),
        ("world", replace(all_come, valid_on=second_on)),
    ]


def scored_links(build: Path, desk: SimulatedDesk) -> list[GivenLink]:
    """What a build or release linked by more than codes and present names, with the days."""
    marts = build / "marts"
    linked = pl.read_parquet(marts / "bridge_enterprise_evidence.parquet").filter(
        pl.col("link_basis").is_in(JUDGED)
    )
    doubted = pl.read_parquet(marts / "fct_unmatched_records.parquet").filter(pl.col("reason").is_in(REFUSED))
    rows = linked.select("feed", "record_key", "enterprise_id", "valid_from", "valid_to").rows()
    given = {GivenLink(*row) for row in rows}
    given |= {
        GivenLink(feed, key, NOBODY, reason=reason)
        for feed, key, reason in doubted.select("feed", "record_key", "reason").iter_rows()
    }
    return in_clear(sorted(given), desk.vault)


def truth_if(year: Year, supposed: Supposed, folder: Path, links: Sequence[GivenLink] = ()) -> Truth:
    """The city's own truth of a state of things; ``links``: see :func:`scored_links`."""
    folder.mkdir()
    document = json.loads((year.desk.city / "city.json").read_text(encoding="utf-8"))
    document["deliveries"] = [one for one in year.sent if supposed.has_come(one)]
    there = {one["path"] for one in document["deliveries"]}
    document["decisions"] = [one for one in document["decisions"] if one["path"] in there]
    (folder / "city.json").write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")
    for one in document["deliveries"]:
        source, target = year.desk.city / one["path"], folder / one["path"]
        target.parent.mkdir(parents=True, exist_ok=True)
        if supposed.nobodys and one["feed"] == "union_organisations":
            _rewritten(source, target, one, _loosened(supposed.nobodys))
        else:
            target.symlink_to(source)
    with _reader(is_old=supposed.is_old_reader), pytest.MonkeyPatch.context() as patch:
        patch.setattr(figures, "DEADLINE_MONTHS", supposed.deadline)
        return truth_at(folder, supposed.valid_on, END, links=links)


def _loosened(unions: frozenset[str]) -> Callable[[dict[str, str], int], None]:
    """A union that is nobody's is one whose line names a unit that is not there."""

    def change(row: dict[str, str], line: int) -> None:
        if row["工会编号"] in unions:
            row.update({"所在单位名称": "查无此单位", "所在单位代码": "", "工会名称": "查无此单位工会"})

    return change


@contextmanager
def _reader(*, is_old: bool) -> Iterator[None]:
    """The city's own reader of head counts, as of old or as it is."""
    now = staffing.head_count

    def of_old(text: str) -> int | None:
        count = now(text)
        return None if count is None or count % 5 == 0 else count

    with pytest.MonkeyPatch.context() as patch:
        if is_old:
            patch.setattr(staffing, "head_count", of_old)
        for cached in (staffing._read_tax, staffing._read_hr):
            cached.cache_clear()
        yield
    for cached in (staffing._read_tax, staffing._read_hr):
        cached.cache_clear()


GROUPINGS = {
    "district": "district_code",
    "managing_area": "managing_area",
    "street": "street_code",
    "industry": "industry_section",
    "ownership": "ownership",
}
BASES = ("live", "live_25", "due", "frozen")


def members(truth: Truth, base: str) -> dict[str, tuple[Any, ...]]:
    """Enterprise → how it counts: covered, by what, and in which groups; of those in the base."""
    of = {row["enterprise_id"]: row for row in truth.tables["dim_enterprises"]}
    return {
        row["enterprise_id"]: (
            row["is_covered"],
            row["cover_kind"],
            figures.size_code(of[row["enterprise_id"]]["staff_count"]),
            *(of[row["enterprise_id"]][column] for column in GROUPINGS.values()),
        )
        for row in truth.tables["fct_enterprise_coverage"]
        if row[f"in_base_{base}"]
    }


def moved(before: Truth, after: Truth, base: str) -> set[str]:
    """The enterprises that count otherwise in a base."""
    was, now = members(before, base), members(after, base)
    return {key for key in {*was, *now} if was.get(key) != now.get(key)}


COUNTS = {
    "agg_coverage": (
        "n_base", "n_covered", "n_own", "n_joint", "n_federation", "n_staff_unknown", "n_absent",
    ),
    "agg_coverage_daily": (
        "n_base", "n_covered", "n_entered", "n_left", "n_newly_covered", "n_lost_cover",
        "n_entered_covered", "n_left_covered",
    ),
    "agg_dynamic_coverage": (
        "n_due", "n_due_covered", "n_overdue_0_30", "n_overdue_31_90", "n_overdue_over_90",
        "median_days_to_cover",
    ),
    "agg_founding_cohorts": ("n", "n_covered_in_time", "n_covered", "n_censored"),
    "agg_other_units": ("n", "n_covered", "n_registered"),
}  # fmt: skip

Figure = tuple[str, str, str, str, str, str]
"""Table, grouping, group, base, day (``""`` where there is none) and measure."""


def counts(truth: Truth) -> dict[Figure, int]:
    """Every count of the truth that is not nil."""
    found: dict[Figure, int] = {}
    for table, measures in COUNTS.items():
        for row in truth.tables[table]:
            key = (
                table,
                str(row.get("grouping") or {"agg_founding_cohorts": "month"}.get(table, "kind")),
                str(row.get("group_code") or row.get("kind") or f"{row['month']:%Y-%m}"),
                str(row.get("base_kind") or ""),
                str(row["valid_on"]) if table == "agg_coverage_daily" else "",
            )
            found |= {(*key, measure): row[measure] for measure in measures if row[measure]}
    return found
