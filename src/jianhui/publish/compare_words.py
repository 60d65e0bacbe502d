"""A comparison in Chinese: the statement that goes with a revision, correct where nothing moved, where a
rate cannot be had, and where a target is crossed.
"""

import re
from decimal import Decimal
from fractions import Fraction

import polars as pl

from jianhui.core.clock import SHANGHAI
from jianhui.publish.compare import Comparison, Side
from jianhui.publish.compare_cells import CAUSE_NAMES, CAUSES, Cause, RateMove
from jianhui.publish.compare_members import CITY, EVENT_NAMES
from jianhui.publish.report_figures import percent, shown_share
from jianhui.publish.report_words import BASE_NAMES
from jianhui.publish.xlsx import chinese_date

BASES = ("frozen", "live", "live_25", "due")
ORDER_TOLD = (
    "各项原因按固定顺序逐项代入、逐次重算得出（"
    + "、".join(CAUSE_NAMES[cause][0] for cause in CAUSES)
    + "），各项相加等于全部变动。"
)
_QUARTER = re.compile(r"quarter-(\d{4})Q([1-4])-r(\d+)")
_NIGHT = re.compile(r"night-(\d{4}-\d{2}-\d{2})-r(\d+)")


def side_name(side: Side) -> str:
    """``2014年第一季度统计（第2版）``."""
    if side.label:
        return side.label
    if match := _QUARTER.fullmatch(side.name):
        return f"{match[1]}年第{'一二三四'[int(match[2]) - 1]}季度统计（第{match[3]}版）"
    if match := _NIGHT.fullmatch(side.name):
        return f"{chinese_date(side.valid_on)}统计（第{match[2]}版）"
    return f"{chinese_date(side.valid_on)}统计"


def title(comparison: Comparison) -> str:
    """A revision of one period, one period against another, or what is no release against one."""
    a, b = comparison.a, comparison.b
    if a.valid_on == b.valid_on:
        is_release = _QUARTER.fullmatch(b.name) or _NIGHT.fullmatch(b.name)
        return f"{side_name(b)}{'修订' if is_release else ''}说明"
    return f"{side_name(b)}与{side_name(a)}变动说明"


def statement(comparison: Comparison) -> str:
    """The whole statement as text, paragraph by paragraph; ends with a line end."""
    return "\n".join([title(comparison), "", *paragraphs(comparison)]) + "\n"


def paragraphs(comparison: Comparison) -> list[str]:
    """What is compared, what moved on each base and why, which districts, and what a reader must know."""
    lines = [f"比较对象：{_described(comparison.b)}；{_described(comparison.a)}。"]
    if comparison.is_same:
        lines.append("两者逐项比较，各数均无变动。")
    else:
        lines += [f"{BASE_NAMES[base]}：{_of_base(comparison, base)}" for base in _bases(comparison)]
        districts = _districts(comparison)
        if districts:
            lines.append(districts)
        lines.append(ORDER_TOLD)
    return lines + [f"说明：{zh}。" if zh[-1] not in "。；" else f"说明：{zh}" for zh, _ in comparison.notes]


def beside_table(comparison: Comparison) -> list[list[str]]:
    """The city on each base as it was and as it is, with a header."""
    rows = [["口径", "指标", "原公布", "更正后", "增减"]]
    for base in _bases(comparison):
        move = comparison.rate("city", CITY, base)
        assert move is not None
        name = BASE_NAMES[base]
        for what, (before, after) in (("企业（家）", move.n_base), ("已建会（家）", move.n_covered)):
            change = None if before is None or after is None else after - before
            rows.append([name, what, *("—" if n is None else str(n) for n in (before, after)), _plus(change)])
        targets = comparison.targets if base == "frozen" else (None, None)
        was, now = (_shown(move, end, targets[end]) for end in (0, 1))
        points = None if was is None or now is None else (now - was) * 100
        rows.append([name, "建会率", percent(was), percent(now), _plus(points, "个百分点")])
    return rows


def _plus(change: int | Decimal | None, unit: str = "") -> str:
    """``+3``, ``−0.12个百分点``, ``0``; unknown is a dash."""
    if change is None:
        return "—"
    shown = f"{change:+d}" if isinstance(change, int) else f"{change:+.2f}"
    return f"{shown}{unit}".replace("-", "−") if change else "0"


def shown_parts(move: RateMove, target: Fraction | None = None) -> dict[Cause, Decimal]:
    """What each cause did to the shown rate, in hundredths of a percentage point that add up to its change.

    Empty where the rate cannot be had at one end. Largest remainders get the odd hundredths.
    """
    before, after = _shown(move, 0, target), _shown(move, 1, target)
    if before is None or after is None:
        return {}
    whole = int((after - before) * 10_000)
    exact = {cause: part * 10_000 for cause, part in move.parts.items() if part}
    floors = {cause: part.numerator // part.denominator for cause, part in exact.items()}
    if not floors:
        return {}
    missing = whole - sum(floors.values())
    turn = 1 if missing > 0 else -1
    ranked = sorted(exact, key=lambda cause: (-turn * (exact[cause] - floors[cause]), CAUSES.index(cause)))
    for number in range(abs(missing)):
        floors[ranked[number % len(ranked)]] += turn
    return {cause: Decimal(value).scaleb(-2) for cause, value in floors.items()}


def _described(side: Side) -> str:
    known = side.known_at.astimezone(SHANGHAI)
    moment = f"{chinese_date(known.date())}{known:%H}时{known:%M}分"
    return f"{side_name(side)}，截面日{chinese_date(side.valid_on)}，资料截至{moment}"


def _bases(comparison: Comparison) -> list[str]:
    """The bases that are at either end."""
    found = []
    for base in BASES:
        move = comparison.rate("city", CITY, base)
        if move is not None and any(move.n_base):
            found.append(base)
    return found


def _of_base(comparison: Comparison, base: str) -> str:
    move = comparison.rate("city", CITY, base)
    assert move is not None
    targets = comparison.targets if base == "frozen" else (None, None)
    other = "原数" if comparison.a.valid_on == comparison.b.valid_on else "上期"
    first = "；".join(
        part
        for part in (
            _count_words("企业", move.n_base, other),
            _count_words("已建会", move.n_covered, other),
            _rate_words(move, targets, other),
            _target_words(move, targets),
        )
        if part
    )
    clauses = [clause for cause in CAUSES if (clause := _cause_words(comparison, move, cause, targets[1]))]
    return f"{first}。" + (f"其中，{'；'.join(clauses)}。" if clauses else "")


def _count_words(what: str, counts: tuple[int | None, int | None], other: str) -> str:
    before, after = counts
    if after is None:
        return f"{what}数未知（未接收到工会组织登记）"
    if before is None:
        return f"{what}{after}家（{other}未知，不作比较）"
    if before == after:
        return f"{what}{after}家，没有变动"
    return f"{what}{after}家，比{other}{'增加' if after > before else '减少'}{abs(after - before)}家"


def _rate_words(move: RateMove, targets: tuple[Fraction | None, Fraction | None], other: str) -> str:
    before, after = _shown(move, 0, targets[0]), _shown(move, 1, targets[1])
    if after is None:
        return "建会率无从计算"
    if before is None:
        return f"建会率{percent(after)}（{other}无从计算，不作比较）"
    if before == after:
        return f"建会率{percent(after)}，没有变动"
    change = (after - before) * 100
    return f"建会率由{percent(before)}变为{percent(after)}，{_points(change)}"


def _target_words(move: RateMove, targets: tuple[Fraction | None, Fraction | None]) -> str:
    if move.before is None or move.after is None or None in targets:
        return ""
    met = [share >= target for share, target in zip((move.before, move.after), targets, strict=True)]  # type: ignore[operator]
    if met[0] == met[1]:
        return f"{'仍达到' if met[1] else '仍未达到'}年度目标"
    return "由未达到年度目标变为达到" if met[1] else "由达到年度目标变为未达到"


def _cause_words(comparison: Comparison, move: RateMove, cause: Cause, target: Fraction | None) -> str:
    """What one cause did to a base; empty where it did nothing."""
    n_base = _moved(comparison, move, "n_base", cause)
    n_covered = _moved(comparison, move, "n_covered", cause)
    part = shown_parts(move, target).get(cause)
    if not (n_base or n_covered or part):
        return ""
    told = [f"基数{_signed(n_base)}"] if n_base else []
    told += [f"已建会{_signed(n_covered)}"] if n_covered else []
    if part is not None:
        told.append(f"建会率{_points(part)}" if part else "建会率的影响不足0.01个百分点")
    events = _events(comparison, move, cause)
    aside = f"（{events}）" if events else ""
    return f"{CAUSE_NAMES[cause][0]}使{'、'.join(told)}{aside}"


def _events(comparison: Comparison, move: RateMove, cause: Cause) -> str:
    """``新设企业7家、新建工会2家``: members of the base, by what befell them."""
    rows = comparison.events(move.grouping, move.group_code, move.base_kind).filter(
        pl.col("cause") == cause, pl.col("event").is_not_null()
    )
    return "、".join(f"{EVENT_NAMES[row['event']][0]}{row['n']}家" for row in rows.to_dicts())


def _districts(comparison: Comparison) -> str:
    """Which districts moved, by the base that is judged (else the live one)."""
    base = "frozen" if "frozen" in _bases(comparison) else "live"
    moved = [
        move
        for move in comparison.rates
        if (move.grouping, move.base_kind) == ("district", base)
        and (move.before != move.after or move.n_base[0] != move.n_base[1])
    ]
    if not moved:
        return f"按{BASE_NAMES[base]}，各区市县均无变动。"
    told = [
        f"{_name(comparison, move)}由{percent(_shown(move, 0))}变为{percent(_shown(move, 1))}"
        for move in sorted(moved, key=lambda move: (move.group_code == "unknown", move.group_code))
    ]
    return f"按{BASE_NAMES[base]}，有变动的区市县：{'、'.join(told)}。"


def _name(comparison: Comparison, move: RateMove) -> str:
    if move.group_code == "unknown":
        return "归属未定"
    return comparison.group_names.get((move.grouping, move.group_code), move.group_code)


def _moved(comparison: Comparison, move: RateMove, measure: str, cause: Cause) -> int:
    rows = comparison.cells.filter(
        pl.col("mart") == "agg_coverage",
        pl.col("grouping") == move.grouping,
        pl.col("group_code") == move.group_code,
        pl.col("base_kind") == move.base_kind,
        pl.col("measure") == measure,
    )
    return int(rows.get_column(cause).sum())


def _shown(move: RateMove, end: int, target: Fraction | None = None) -> Decimal | None:
    return shown_share(move.n_covered[end], move.n_base[end], target=target)


def _signed(change: int) -> str:
    return f"{'增加' if change > 0 else '减少'}{abs(change)}家"


def _points(change: Decimal) -> str:
    return f"{'上升' if change > 0 else '下降'}{abs(change):.2f}个百分点"


def short_table(comparison: Comparison) -> list[dict[str, object]]:
    """One row per base of the city, for a terminal: before, each cause, after."""
    rows: list[dict[str, object]] = []
    for base in _bases(comparison):
        move = comparison.rate("city", CITY, base)
        assert move is not None
        for measure, counts in (("n_base", move.n_base), ("n_covered", move.n_covered)):
            moved = {cause: _moved(comparison, move, measure, cause) for cause in CAUSES}
            shown: dict[str, object] = {
                cause: f"{change:+d}" if change else "·" for cause, change in moved.items()
            }
            rows.append({"base": base, "measure": measure, "a": counts[0], **shown, "b": counts[1]})
        parts = shown_parts(move, comparison.targets[1] if base == "frozen" else None)
        shown = {cause: f"{parts[cause]:+.2f}" if parts.get(cause) else "·" for cause in CAUSES}
        rows.append(
            {
                "base": base,
                "measure": "coverage_rate",
                "a": percent(_shown(move, 0)),
                **shown,
                "b": percent(_shown(move, 1)),
            }
        )
    return rows
