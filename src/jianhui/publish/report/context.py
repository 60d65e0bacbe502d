"""The one context every format of a report is written from: words, tables, charts, notes.

Bulletin, brief, workbook and page are four ways to write the same object; a figure cannot differ between
them. What a public copy may not show is taken out here, once, and not by the writers.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from jianhui.core.clock import civil_day
from jianhui.publish.report import chart as charts
from jianhui.publish.report import figures
from jianhui.publish.report.base_lines import ReportContext, read_context
from jianhui.publish.report.base_tables import tables as base_tables
from jianhui.publish.report.facts import Earlier, Edition, Facts, Scope
from jianhui.publish.report.figures import Figure, Said, given, say
from jianhui.publish.report.section import Problem, Section, Table, built, public_table
from jianhui.publish.report.sections import PLANS
from jianhui.publish.report.sections.coverage import coverage
from jianhui.publish.report.sections.data import data
from jianhui.publish.report.sections.district_rows import district_rows
from jianhui.publish.report.sections.dynamic import dynamic
from jianhui.publish.report.sections.terms import overdue_rows
from jianhui.publish.report_source import Manifest
from jianhui.publish.report_words import DEFINITIONS, assumed_rules, link_bounds, notes

_NEVER_CAME = re.compile(r"从未收到(.+)（\w+）：相关内容为空")
MAX_POINTS = 4
"""How many problems the leader's page has room for, beside the indicators; the bulletin has all."""
NUMERALS = "一二三四五六七八九十"
_OF_PLACES = ("agg_coverage", "agg_dynamic_coverage")
_CITY_ONLY = ("agg_founding_cohorts", "agg_other_units", "fct_unmatched_records")


@dataclass(frozen=True)
class Report:
    """Everything a report says. ``words``: what the Word templates may use, all of it text by now."""

    manifest: Manifest
    edition: Edition
    scope: Scope
    city_name: str
    period: str
    words: Mapping[str, Any]
    sections: tuple[Section, ...]
    tables: tuple[Table, ...]
    charts: tuple[charts.Chart, ...]
    notes: tuple[str, ...]
    assumed: tuple[str, ...]

    @property
    def issued_on(self) -> date:
        """The civil day of the cut-off."""
        return civil_day(self.manifest.known_at)

    @property
    def issuer(self) -> str:
        return f"{self.scope.name if not self.scope.is_city else self.city_name}总工会"

    @property
    def title(self) -> str:
        """The title in the form offices use."""
        return f"关于{self.period}{self.scope.called}工会组织建设工作情况的通报"

    @property
    def copy(self) -> str:
        """``（公开版）`` of a public copy."""
        return "（公开版）" if self.edition.is_public else ""

    def figures(self) -> list[tuple[str, Figure]]:
        """Every figure of the words, with its place: ``实有.企业数``."""
        return list(_walk("", self.words))


def _walk(place: str, value: object) -> Iterator[tuple[str, Figure]]:
    if isinstance(value, Figure):
        yield place, value
    elif isinstance(value, Said):
        yield from ((place, figure) for figure in value.figures)
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _walk(f"{place}.{key}" if place else str(key), inner)
    elif isinstance(value, list | tuple):
        for number, inner in enumerate(value, start=1):
            yield from _walk(f"{place}[{number}]", inner)


def assemble(facts: Facts, earlier: Earlier) -> Report:
    """Read everything of a release for one edition."""
    period = "quarter" if facts.manifest.quarter else "month"
    lines = read_context(facts.release, facts.edition.district)
    sections = [
        coverage(facts, earlier, period),
        dynamic(facts, period),
        *(built(plan, facts) for plan in PLANS),
        data(facts),
    ]
    report = Report(
        manifest=facts.manifest,
        edition=facts.edition,
        scope=facts.scope,
        city_name=facts.city_name,
        period=_period(facts),
        words={},
        sections=tuple(sections),
        tables=(*_base_tables(lines, facts.scope), *(t for one in sections for t in one.tables)),
        charts=tuple(chart for one in sections for chart in one.charts),
        notes=(*_together(notes(lines)), *link_bounds(lines)),
        assumed=tuple(assumed_rules(lines)),
    )
    report = replace(report, words=_words(facts, report, sections))
    report = _for_public(report) if facts.edition.is_public else report
    return replace(report, words=_clean(report.words))


def _together(told: Sequence[str]) -> list[str]:
    """Notes with all lists that never came in one sentence."""
    names = [match[1] for note in told if (match := _NEVER_CAME.fullmatch(note))]
    kept = [note for note in told if not _NEVER_CAME.fullmatch(note)]
    return [*kept, f"从未收到下列资料，有关内容不作统计：{'、'.join(names)}。"] if names else kept


def _period(facts: Facts) -> str:
    """``2014年第一季度``; of a release that is no quarter's its month, or the day within one."""
    day, quarter = facts.manifest.valid_on, facts.manifest.quarter
    if quarter is not None:
        year, number = quarter.split("Q")
        return f"{year}年第{NUMERALS[int(number) - 1]}季度"
    if (day + timedelta(days=1)).day == 1:
        return f"{day.year}年{day.month}月"
    return f"截至{day.year}年{day.month}月{day.day}日"


def _base_tables(lines: ReportContext, scope: Scope) -> list[Table]:
    """All of them for the city; for a district those of places, with its own rows and the city's."""
    found = base_tables(lines)
    if scope.is_city:
        return found
    kept = []
    for table in found:
        if table.mart in _OF_PLACES:
            mine = [at for at, keys in enumerate(table.keys) if _is_mine(keys, scope)]
            groupings = {table.keys[at]["grouping"] for at in mine}
            if groupings - {"city"} or table.sheet == "全市建会率":
                rows, keys = [table.rows[at] for at in mine], [table.keys[at] for at in mine]
                kept.append(replace(table, rows=rows, keys=keys))
        elif table.mart not in _CITY_ONLY:
            kept.append(table)
    return kept


def _is_mine(keys: Mapping[str, str], scope: Scope) -> bool:
    if keys["grouping"] == "street":
        return keys["group"].startswith(scope.code)
    return keys["grouping"] == "city" or keys["group"] == scope.code


def _words(facts: Facts, report: Report, sections: Sequence[Section]) -> dict[str, Any]:
    main, moving, *plan, arrived = sections
    seen = [item for section in sections for item in section.problems]
    problems = [*_missed(sections), *seen]
    words: dict[str, Any] = {
        "标题": _text(report.title),
        "期间": _text(report.period),
        "范围": facts.scope.called,
        "是全市": facts.scope.is_city,
        "下级": "各区市县" if facts.scope.is_city else "各街道（乡镇）",
        "主送": "各区市县总工会、各产业工会" if facts.scope.is_city else "各街道（乡镇）总工会、各基层工会",
        "截至": given(facts.manifest.valid_on, "统计日", "day"),
        "成文日期": given(report.issued_on, "截止日（知悉时间的日期）", "day"),
        "发文机关": report.issuer,
        "版本": _text(facts.manifest.release_id, "发布编号"),
        "公开版": facts.edition.is_public,
        "有覆盖数据": facts.has_coverage,
        **main.words,
        "动态": moving.as_words(),
        "资料来源": arrived.words["资料来源"],
        "各区": district_rows(facts),
        **{section.key: section.as_words() for section in plan},
        "问题": _enumerated(problems),
        "要求": _enumerated([item for section in sections for item in section.demands], first=2),
        "指标": [one.as_words() for section in sections for one in section.indicators],
        "要点": [Said(f"{item.lead}：", item.text) for item in seen[:MAX_POINTS]],
        "未列指标": "、".join(section.title for section in sections if section.reason),
        "逾期名单": [] if facts.edition.is_public else overdue_rows(facts),
        "图": [_chart_words(number, one) for number, one in enumerate(report.charts, start=1)],
        "注意事项": [_text(note) for note in report.notes] or ["无。"],
        "口径": [_text(line) for line in DEFINITIONS],
        "假定": [_text(line) for line in report.assumed] or ["无。"],
    }
    return words


def _missed(sections: Sequence[Section]) -> list[Problem]:
    """The indicators that miss a target in per cent, as the first of the problems."""
    told = [
        say("{name}{now}（目标{target}）", name=one.name, now=one.now, target=one.target)
        for section in sections
        for one in section.indicators
        if one.verdict.startswith("未达到") and "%" in one.target
    ]
    return [Problem("部分指标未达到目标", Said(figures.listed(told), "。"))] if told else []


def _text(text: str, note: str = "原文") -> Said:
    """A text that may hold numbers of its own, told as one piece: a period, a caveat, a definition."""
    return Said(Figure(None, figures.on_one_line(text), figures.Reckoned("given", note=note)))


def _enumerated(items: Sequence[Problem], first: int = 0) -> list[dict[str, object]]:
    """Items with their ordinals; ``first``: how many fixed ones stand before them in the template."""
    return [
        {"序": f"（{_numeral(number + first)}）", "题": item.lead, "文": item.text}
        for number, item in enumerate(items, start=1)
    ]


def _numeral(number: int) -> str:
    """1 → 一, 12 → 十二."""
    return NUMERALS[number - 1] if number <= 10 else f"十{NUMERALS[number - 11]}"


def _chart_words(number: int, one: charts.Chart) -> dict[str, object]:
    return {
        "题": say("图{n}　{title}", n=given(number, "图号"), title=_text(one.title)),
        "位": f"⟦图:{one.key}⟧" if one.is_drawn else _text(f"（{one.reason}）"),
        "注": _text(f"注：{one.note}") if one.note else "",
    }


def _for_public(report: Report) -> Report:
    """Without lists of single units, and without small counts of persons."""
    tables = tuple(public_table(table) for table in report.tables if not table.is_internal)
    return replace(
        report,
        tables=tables,
        charts=tuple(charts.for_public(one) for one in report.charts),
        words=_public_words(report.words),
    )


def _public_words(value: Any) -> Any:
    if isinstance(value, Figure):
        return figures.for_public(value)
    if isinstance(value, Said):
        return Said(*(figures.for_public(p) if isinstance(p, Figure) else p for p in value.pieces))
    if isinstance(value, dict):
        return {key: _public_words(inner) for key, inner in value.items()}
    return [_public_words(inner) for inner in value] if isinstance(value, list) else value


def _clean(value: Any) -> Any:
    """Text on one line without control characters, also inside lists and dictionaries."""
    if isinstance(value, str) and not isinstance(value, Said):
        return figures.on_one_line(value)
    if isinstance(value, Mapping):
        return {key: _clean(inner) for key, inner in value.items()}
    return [_clean(inner) for inner in value] if isinstance(value, list) else value
