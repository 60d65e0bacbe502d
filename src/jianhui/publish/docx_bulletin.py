"""The bulletin as a Word file: the report's context put into the office's template."""

import io
from collections.abc import Sequence
from datetime import datetime
from fractions import Fraction
from pathlib import Path

from docxtpl import DocxTemplate
from jinja2 import Environment, StrictUndefined

from jianhui.publish.docx_package import repack
from jianhui.publish.report_context import CoverageLine, DailyLine, DynamicLine, ReportContext
from jianhui.publish.report_figures import missing_to_target, percent
from jianhui.publish.report_source import UNKNOWN
from jianhui.publish.report_words import (
    BASE_NAMES,
    DEFINITIONS,
    FEED_NAMES,
    REGISTERS,
    assumed_rules,
    notes,
    period,
    quarter_start,
)
from jianhui.publish.xlsx import chinese_date, plain

TEMPLATE = Path(__file__).parent / "templates" / "bulletin.docx"

_N_NAMED = 3
"""How many districts are named as the last ones; those tied with the third are named too."""

Words = dict[str, object]


def write_bulletin(path: Path, context: ReportContext, template: Path = TEMPLATE) -> None:
    """Write the bulletin to ``path``; equal input gives equal bytes. Markup in names stays text."""
    document = DocxTemplate(template)
    environment = Environment(autoescape=True, undefined=StrictUndefined)
    document.render(bulletin_words(context), environment)
    properties = document.docx.core_properties
    properties.title = bulletin_title(context)
    properties.author = f"{context.city_name}总工会"
    day = context.issued_on
    properties.created = properties.modified = datetime(day.year, day.month, day.day)  # noqa: DTZ001
    packed = io.BytesIO()
    document.save(packed)
    path.write_bytes(repack(packed.getvalue()))


def bulletin_title(context: ReportContext) -> str:
    """The title in the form offices use."""
    return f"关于{period(context)}全市工会组织建设工作情况的通报"


def bulletin_words(context: ReportContext) -> Words:
    """Every placeholder of the template. All figures are text by now, as they are to be read."""
    live, frozen, live_25 = context.city("live"), context.city("frozen"), context.city("live_25")
    words: Words = {
        "title": bulletin_title(context),
        "period": period(context),
        "as_of": chinese_date(context.manifest.valid_on),
        "issued_on": chinese_date(context.issued_on),
        "issuer": f"{context.city_name}总工会",
        "release_id": context.manifest.release_id,
        "sources": "、".join(FEED_NAMES[feed] for feed in REGISTERS if _is_received(context, feed)),
        "has_coverage": context.has_coverage,
        "live": _counts(live) if live else {},
        "live_25": _counts(live_25) if live_25 else {},
        "frozen": {**_counts(frozen), "judgement": _judgement(frozen)} if frozen else None,
        "trend": _trend(context),
        "dynamic": _dynamic(context),
        "deadline_rule": _deadline_rule(context),
        "problems": {"low": _low(context), "overdue": _overdue(context), "data": _data(context)},
        "demands": _demands(context),
        "districts": _districts(context),
        "notes": notes(context) or ["无。"],
        "definitions": list(DEFINITIONS),
        "assumed": assumed_rules(context) or ["无。"],
    }
    return {key: _clean(value) for key, value in words.items()}


def _clean(value: object) -> object:
    """Text on one line without control characters, also inside lists and dictionaries."""
    if isinstance(value, str):
        return " ".join(plain(value).split())
    if isinstance(value, dict):
        return {key: _clean(item) for key, item in value.items()}
    return [_clean(item) for item in value] if isinstance(value, list) else value


def _counts(line: CoverageLine) -> Words:
    return {
        "n_base": _number(line.n_base),
        "n_covered": _number(line.n_covered),
        "n_uncovered": _number(line.n_uncovered),
        "n_own": _number(line.n_own),
        "n_joint": _number(line.n_joint),
        "n_federation": _number(line.n_federation),
        "n_staff_unknown": _number(line.n_staff_unknown),
        "rate": percent(line.rate),
    }


def _number(count: int | None) -> str:
    return "—" if count is None else str(count)


def _judgement(line: CoverageLine) -> str:
    """Met or missed, judged by the release in integers and never here by a rounded rate."""
    if line.target is None or line.meets_target is None or line.n_covered is None:
        return "本年度没有规定建会率目标，不作评判"
    target = f"不低于{_plain_percent(line.target)}的年度目标"
    if line.meets_target:
        return f"达到{target}"
    return f"未达到{target}，还差{missing_to_target(line.n_covered, line.n_base, line.target)}家"


def _plain_percent(share: Fraction) -> str:
    return f"{float(share * 100):g}%"


def _trend(context: ReportContext) -> Words | None:
    """From the eve of the quarter (or the first day there is) to the last day, on the live base."""
    eve = quarter_start(context)
    days = [line for line in context.daily if line.n_covered is not None]
    before = next((line for line in reversed(days) if eve is not None and line.day < eve), None)
    before = before or next(iter(days), None)
    if before is None or before.day == days[-1].day:
        return None
    since = [line for line in days if line.day > before.day]
    return {
        "since": chinese_date(before.day),
        "n_base_before": _number(before.n_base),
        "n_base_now": _number(days[-1].n_base),
        "n_covered_before": _number(before.n_covered),
        "n_covered_now": _number(days[-1].n_covered),
        "rate_before": percent(before.rate),
        "rate_now": percent(days[-1].rate),
        "change": _change(before, days[-1]),
        "n_newly_covered": str(sum(line.n_newly_covered or 0 for line in since)),
        "n_lost_cover": str(sum(line.n_lost_cover or 0 for line in since)),
    }


def _change(before: DailyLine, now: DailyLine) -> str:
    """The difference of the two shown rates in percentage points."""
    if before.rate is None or now.rate is None:
        return "无法比较"
    points = (now.rate - before.rate) * 100
    if points == 0:
        return "与期初持平"
    return f"{'上升' if points > 0 else '下降'}{abs(points):.2f}个百分点"


def _city_dynamic(context: ReportContext) -> DynamicLine | None:
    return next((line for line in context.dynamic if line.grouping == "city"), None)


def _dynamic(context: ReportContext) -> Words:
    line = _city_dynamic(context)
    if line is None:
        return {}
    bands = (line.n_overdue_0_30, line.n_overdue_31_90, line.n_overdue_over_90)
    if line.median_days_to_cover is None:
        median = "近三年成立的企业建会尚未过半，从成立到建会所需时间的中位数暂不计算。"
    else:
        median = f"近三年成立的企业，从成立到建会所需时间的中位数为{line.median_days_to_cover}天。"
    return {
        "n_due": _number(line.n_due),
        "n_due_covered": _number(line.n_due_covered),
        "rate": percent(line.rate),
        "n_overdue": _number(None if None in bands else sum(band or 0 for band in bands)),
        "n_overdue_0_30": _number(bands[0]),
        "n_overdue_31_90": _number(bands[1]),
        "n_overdue_over_90": _number(bands[2]),
        "reached": _reached(context),
        "median": median,
    }


def _reached(context: ReportContext) -> str:
    lines = [line for line in context.dynamic if line.grouping == "district" and line.code != UNKNOWN]
    reached = [line.name for line in lines if line.is_reached]
    short = [line.name for line in lines if line.is_reached is False]
    if not short:
        return "各区市县均达到动态全覆盖要求。" if reached else ""
    if not reached:
        return "各区市县均未达到动态全覆盖要求。"
    return f"达到动态全覆盖要求的有{'、'.join(reached)}；尚未达到的有{'、'.join(short)}。"


def _deadline_rule(context: ReportContext) -> str:
    rule = next((rule for rule in context.manifest.assumed if rule.key == "establish.deadline_months"), None)
    return "" if rule is None else f"建会期限尚无本地规定，暂按企业成立后{rule.value}个月掌握。"


def _low(context: ReportContext) -> str:
    """The last districts below the city's rate, compared as fractions, ties named together."""
    base = "frozen" if context.city("frozen") else "live"
    city = context.city(base)
    lines = [
        line
        for line in context.lines("district", base)
        if line.code != UNKNOWN and line.n_base and line.n_covered is not None
    ]
    if city is None or city.n_covered is None or not city.n_base:
        return ""
    below = sorted(
        (line for line in lines if _share(line) < _share(city)), key=lambda line: (_share(line), line.code)
    )
    if not below:
        return f"按{BASE_NAMES[base]}统计，各区市县建会率与全市持平。"
    cut = _share(below[min(_N_NAMED, len(below)) - 1])
    named = [f"{line.name}（{percent(line.rate)}）" for line in below if _share(line) <= cut]
    level = f"按{BASE_NAMES[base]}统计，建会率低于全市水平（{percent(city.rate)}）"
    return f"{level}且位次靠后的有{'、'.join(named)}。"


def _share(line: CoverageLine) -> Fraction:
    return Fraction(line.n_covered or 0, line.n_base)


def _overdue(context: ReportContext) -> str:
    lines = [line for line in context.dynamic if line.grouping == "district" and line.n_overdue_over_90]
    if not lines:
        return "没有逾期90天以上仍未建会的企业，要保持常态清理。"
    lines.sort(key=lambda line: (-(line.n_overdue_over_90 or 0), line.code == UNKNOWN, line.code))
    cut = lines[min(_N_NAMED, len(lines)) - 1].n_overdue_over_90 or 0
    named = [
        f"{'归属未定的' if line.code == UNKNOWN else line.name}{line.n_overdue_over_90}家"
        for line in lines
        if (line.n_overdue_over_90 or 0) >= cut
    ]
    return f"逾期90天以上仍未建会的企业，较多的有{'、'.join(named)}。"


def _data(context: ReportContext) -> str:
    parts = []
    live = context.city("live")
    if context.unmatched:
        by_feed = {
            feed: sum(line.n for line in context.unmatched if line.feed == feed) for feed in FEED_NAMES
        }
        listed = "、".join(f"{FEED_NAMES[feed]}{count}条" for feed, count in by_feed.items() if count)
        parts.append(f"有{sum(by_feed.values())}条记录未能与企业对应（{listed}）")
    if live is not None and live.n_staff_unknown:
        parts.append(f"实有企业中有{live.n_staff_unknown}家职工人数不详")
    if live is not None and live.n_absent:
        parts.append(f"有{live.n_absent}家未出现在最近一次工商全量数据中，情况待核实")
    missing = [FEED_NAMES[feed] for feed in REGISTERS if not _is_received(context, feed)]
    if missing:
        parts.append(f"截至统计日尚未收到{'、'.join(missing)}数据")
    return "；".join(parts) + "。" if parts else "本期各来源数据均能与企业对应。"


def _demands(context: ReportContext) -> Words:
    line = _city_dynamic(context)
    n_late = line.n_overdue_over_90 if line is not None else None
    n_unmatched = sum(each.n for each in context.unmatched)
    missing = [FEED_NAMES[feed] for feed in REGISTERS if not _is_received(context, feed)]
    return {
        "overdue": f"对逾期90天以上的{n_late}家企业，要逐户说明原因。" if n_late else "",
        "unmatched": f"对未能与企业对应的{n_unmatched}条记录，要会同有关部门核对更正。"
        if n_unmatched
        else "",
        "feeds": f"请有关单位协调提供{'、'.join(missing)}数据。" if missing else "",
    }


def _is_received(context: ReportContext, feed: str) -> bool:
    return any(line.feed == feed and line.last_reference_on is not None for line in context.feeds)


def _districts(context: ReportContext) -> Sequence[Words]:
    """The city, then the districts in the order of the official list, ``unknown`` last."""
    groups = [
        ("city", line.code, "全市") if line.grouping == "city" else ("district", line.code, line.name)
        for grouping in ("city", "district")
        for line in context.lines(grouping, "live")
    ]
    return [_district_row(context, *group) for group in groups]


def _district_row(context: ReportContext, grouping: str, code: str, name: str) -> Words:
    frozen = context.line(grouping, code, "frozen")
    live = context.line(grouping, code, "live")
    dynamic = context.dynamic_line(grouping, code)
    reached = dynamic.is_reached if dynamic else None
    return {
        "name": name,
        "frozen_base": _number(frozen.n_base if frozen else None),
        "frozen_covered": _number(frozen.n_covered if frozen else None),
        "frozen_rate": percent(frozen.rate if frozen else None),
        "live_base": _number(live.n_base if live else None),
        "live_covered": _number(live.n_covered if live else None),
        "live_rate": percent(live.rate if live else None),
        "live_uncovered": _number(live.n_uncovered if live else None),
        "overdue_over_90": _number(dynamic.n_overdue_over_90 if dynamic else None),
        "is_reached": "—" if reached is None else "达到" if reached else "未达到",
    }
