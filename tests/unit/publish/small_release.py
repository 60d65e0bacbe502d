"""A build of two small marts and a gate's verdict on it, for tests of what becomes of them."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import duckdb

from jianhui.log.ledger import LogHead
from jianhui.publish.caveats import Caveat, Caveats
from jianhui.publish.digests import Provenance
from jianhui.publish.release import ReleaseRequest, publish
from jianhui.publish.release_index import PublishedRelease
from jianhui.settings import Settings
from jianhui.warehouse.catalogue import Bilingual, ColumnSpec, MartSpec
from jianhui.warehouse.gate import CheckResult, GateResult

DAY = date(2014, 3, 31)
KNOWN_AT = datetime(2014, 3, 31, 18, 0, tzinfo=UTC)
MADE_BY = Provenance("0.1.0", "code", "policy", "lock")
HEAD = LogHead(7, "h" * 64)


def clock() -> datetime:
    return datetime(2014, 4, 1, tzinfo=UTC)


def _column(name: str, kind: str) -> ColumnSpec:
    return ColumnSpec(name, kind, Bilingual(f"列'{name}'", f"the column {name}"))


MARTS = (
    MartSpec(
        name="agg_coverage",
        area="coverage",
        description=Bilingual("建会率", "Coverage"),
        grain=("group_code",),
        order=("group_code",),
        steps=(Bilingual("计数", "count"),),
        columns=(
            _column("group_code", "varchar"),
            _column("n_base", "bigint"),
            _column("n_covered", "bigint"),
            _column("coverage_rate", "double"),
        ),
    ),
    MartSpec(
        name="fct_delivery_outcomes",
        area="operations",
        description=Bilingual("交付", "Deliveries"),
        grain=("delivery_id",),
        order=("delivery_id",),
        steps=(Bilingual("列出", "list"),),
        columns=(_column("delivery_id", "varchar"), _column("received_at", "timestamptz")),
    ),
)


def build(path: Path, rows: int = 3, *, is_reversed: bool = False) -> Path:
    """A build file; ``is_reversed`` puts the same rows in another order."""
    order = "desc" if is_reversed else "asc"
    connection = duckdb.connect(str(path))
    connection.execute("create schema marts")
    connection.execute(
        "create table marts.agg_coverage as select 'G' || lpad(cast(i as varchar), 6, '0') as group_code, "
        "i as n_base, i // 2 as n_covered, if(i % 3 = 0, null, i / 7) as coverage_rate, "
        "'inner' as not_published "
        f"from range({rows}) as t (i) order by i {order}"
    )
    connection.execute(
        "create table marts.fct_delivery_outcomes as select 'D' || i as delivery_id, "
        "timestamptz '2014-03-31 10:00:00+08' as received_at "
        f"from range(4) as t (i) order by i {order}"
    )
    connection.close()
    return path


def check(verdict: str = "pass") -> CheckResult:
    return CheckResult(
        check_id="agg_coverage.live_base_city",
        table_name="agg_coverage",
        title_zh="全市动态基数没有突变",
        title_en="the city's live base has not leapt",
        severity="block",
        verdict=verdict,  # type: ignore[arg-type]
        n_offending=0 if verdict == "pass" else 1,
        observed="1200 → 700 (-41.7%)",
        allowed="1140 … 1320",
        example_keys=() if verdict == "pass" else ("210200",),
        do_zh="核对交付",
        do_en="look at the deliveries",
        reason_zh="",
        reason_en="",
    )


PASSED = GateResult(DAY, (check(),))
BLOCKED = GateResult(DAY, (check("block"),))


def request(**changes: Any) -> ReleaseRequest:
    facts: dict[str, Any] = {
        "kind": "night",
        "valid_on": DAY,
        "known_at": KNOWN_AT,
        "log_head": HEAD,
        "data_head": HEAD,
        "provenance": MADE_BY,
        "caveats": Caveats((Caveat("从未收到", "never received"),), ({"key": "k", "value": "6"},)),
    }
    return ReleaseRequest(**{**facts, **changes})


def release(
    settings: Settings,
    build_path: Path,
    gate: GateResult = PASSED,
    *,
    marts: Sequence[MartSpec] = MARTS,
    run: Mapping[str, Any] | None = None,
    **changes: Any,
) -> PublishedRelease:
    """Publish with what a test wants otherwise."""
    return publish(settings, build_path, gate, request(**changes), marts, clock=clock, run=run)
