"""目录.xlsx: how many enterprises each district has to work on, with links to the lists."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from jianhui.publish.report_source import UNKNOWN, Release
from jianhui.publish.worklist_sheet import DistrictList
from jianhui.publish.xlsx import Cell, Column, Footer, Workbook, chinese_date

NO_UNION_REGISTER = "未接收到工会组织登记数据，无法判断企业是否建会，本期名单为空；这不表示没有未建会企业。"

_DISTRICTS = (
    Column("代码", 10, "code"),
    Column("所属区市县", 14),
    Column("未建会企业", 12, "count"),
    Column("其中逾期", 12, "count"),
    Column("其中新增", 12, "count"),
    Column("台账文件", 56),
)
_STREETS = (
    Column("代码", 10, "code"),
    Column("所属区市县", 14),
    Column("街道/乡镇", 24),
    Column("未建会企业", 12, "count"),
    Column("其中逾期", 12, "count"),
    Column("其中新增", 12, "count"),
)


def write_index(
    path: Path,
    release: Release,
    names: Mapping[str, str],
    lists: Sequence[DistrictList],
    files: Mapping[str, str],
) -> None:
    """Write the contents page: every district of the release, also those with nothing to do, and the total.

    ``files``: district code → file name of its workbook, in the folder of the page itself.
    """
    manifest = release.manifest
    by_code = {each.code: each for each in lists}
    codes = [*names, *(code for code in by_code if code not in names)]
    codes = [code for code in codes if code != UNKNOWN or code in by_code]
    with Workbook(path, title="未建会企业台账目录", created=manifest.valid_on) as book:
        page = _page(book, "目录", "未建会企业台账目录", release)
        row = _write_caveats(book, page, release)
        counts = [_counts(by_code.get(code)) for code in codes]
        table: list[Sequence[Cell]] = [
            (code, names.get(code, code), *count) for code, count in zip(codes, counts, strict=True)
        ]
        table.append(("", "合计", *(sum(count[index] for count in counts) for index in range(3))))
        last = book.write_table(page, row, _DISTRICTS[:-1], table)
        page.write_string(row, len(_DISTRICTS) - 1, _DISTRICTS[-1].header, book.style("header"))
        page.set_column(len(_DISTRICTS) - 1, len(_DISTRICTS) - 1, _DISTRICTS[-1].width)
        for index, code in enumerate(codes, start=row + 1):
            if code in files:
                link = f"external:{files[code]}"
                page.write_url(index, len(_DISTRICTS) - 1, link, book.style("link"), files[code])
        page.print_area(0, 0, last, len(_DISTRICTS) - 1)
        page = _page(book, "街道", "未建会企业台账目录（按街道、乡镇）", release)
        streets = [
            (each.code, each.name, street.name, street.rows.height, street.n_overdue, street.n_new)
            for each in lists
            for street in each.streets
        ]
        last = book.write_table(page, 3, _STREETS, streets)
        page.freeze_panes(4, 0)
        page.autofilter(3, 0, last, len(_STREETS) - 1)
        page.repeat_rows(3)


def _counts(each: DistrictList | None) -> tuple[int, int, int]:
    if each is None:
        return 0, 0, 0
    return (
        each.n_rows,
        sum(street.n_overdue for street in each.streets),
        sum(street.n_new for street in each.streets),
    )


def _page(book: Workbook, name: str, title: str, release: Release) -> Any:
    manifest = release.manifest
    page = book.sheet(name)
    page.set_landscape()
    page.fit_to_pages(1, 0)
    page.set_footer(Footer(manifest.valid_on, manifest.release_id).code())
    page.write_string(0, 0, title, book.style("title"))
    about = f"数据截至 {chinese_date(manifest.valid_on)}，版本 {manifest.release_id}"
    page.write_string(1, 0, about, book.style("note"))
    return page


def _write_caveats(book: Workbook, page: Any, release: Release) -> int:
    """Write what the reader must know before the figures; returns the row for the table's header."""
    notes = [] if release.has_coverage() else [NO_UNION_REGISTER]
    notes += [caveat for caveat in release.manifest.caveats if caveat not in notes]
    for row, note in enumerate(notes, start=2):
        page.write_string(row, 0, note, book.style("warning"))
    return 3 + len(notes)
