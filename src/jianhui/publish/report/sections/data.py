"""What the figures rest on: which deliveries arrived, how fresh they are, what could not be attached."""

from jianhui.publish.report.chart import Series, chart
from jianhui.publish.report.facts import Facts
from jianhui.publish.report.figures import Figure, Said, listed, say, total
from jianhui.publish.report.section import Problem, Section, Words
from jianhui.publish.report_words import FEED_NAMES, REGISTERS

MAX_BARS = 12
"""Of more sources the registers and those longest not heard of are drawn; the table has all."""

OUTCOMES, UNMATCHED, COVERAGE = "fct_delivery_outcomes", "fct_unmatched_records", "agg_coverage"


def last_day(facts: Facts, feed: str) -> Figure:
    """The newest reference date of a feed that entered the log, up to the day of the release."""
    condition = f"verdict in ('accepted', 'released') and reference_on <= date '{facts.manifest.valid_on}'"
    return facts.figure(OUTCOMES, "max(reference_on)", condition, feed=feed)


def data(facts: Facts) -> Section:
    """数据到位情况: its words, the chart of freshness, and what the data lack."""
    days = {feed: last_day(facts, feed) for feed in _feeds(facts)}
    received = [feed for feed in days if days[feed].is_known]
    missing = [FEED_NAMES[feed] for feed in REGISTERS if feed not in received]
    behind = {feed: (facts.manifest.valid_on - days[feed].value).days for feed in received}  # type: ignore[operator]
    words: Words = {
        "资料来源": "、".join(FEED_NAMES[feed] for feed in REGISTERS if feed in received) or "各部门",
        "未收到": "、".join(missing),
    }
    oldest = sorted(received, key=lambda feed: (feed not in REGISTERS, -behind[feed], feed))[:MAX_BARS]
    notes = [f"未收到：{'、'.join(missing)}。"] if missing else []
    if len(oldest) < len(received):
        notes.append("其余来源见“数据到位情况”表。")
    lags = chart(
        "数据时效",
        "各来源数据距统计日天数",
        "bar",
        "days",
        [FEED_NAMES.get(feed, feed) for feed in oldest],
        [Series("距统计日（天）", tuple(behind[feed] for feed in oldest))],
        note="".join(notes),
        origin=OUTCOMES,
        nothing="没有收到任何数据。",
    )
    unmatched = {feed: n for feed in FEED_NAMES if (n := facts.figure(UNMATCHED, "count(*)", feed=feed))}
    return Section(
        "数据",
        "数据到位情况",
        words,
        charts=(lags,),
        problems=_problems(facts, unmatched, missing),
        demands=_demands(facts, unmatched, missing),
    )


def _feeds(facts: Facts) -> list[str]:
    known = [row[0] for row in facts.rows(OUTCOMES, "select distinct feed", "feed is not null order by feed")]
    return [feed for feed in FEED_NAMES if feed in known] + [feed for feed in known if feed not in FEED_NAMES]


def _problems(facts: Facts, unmatched: dict[str, Figure], missing: list[str]) -> tuple[Problem, ...]:
    parts: list[Said] = []
    if unmatched and facts.scope.is_city:
        named = [say("{feed}{n}条", feed=FEED_NAMES[feed], n=n) for feed, n in unmatched.items()]
        parts.append(
            say("有{n}条记录未能与企业对应（{named}）", n=total(*unmatched.values()), named=listed(named))
        )
    if unknown := facts.here(COVERAGE, "n_staff_unknown", base_kind="live"):
        parts.append(say("实有企业中有{n}家职工人数不详", n=unknown))
    if absent := facts.here(COVERAGE, "n_absent", base_kind="live"):
        parts.append(say("有{n}家未出现在最近一次工商全量数据中，情况待核实", n=absent))
    if missing:
        parts.append(say("截至统计日尚未收到{feeds}数据", feeds="、".join(missing)))
    if not parts:
        return ()
    return (Problem("基础数据有待核实", Said(listed(parts, "；"), "。")),)


def _demands(facts: Facts, unmatched: dict[str, Figure], missing: list[str]) -> tuple[Problem, ...]:
    parts = []
    if unmatched and facts.scope.is_city:
        parts.append(
            say("对未能与企业对应的{n}条记录，要会同有关部门核对更正。", n=total(*unmatched.values()))
        )
    if missing:
        parts.append(say("请有关单位协调提供{feeds}数据。", feeds="、".join(missing)))
    return (Problem("核准基础数据", listed(parts, "")),) if parts else ()
