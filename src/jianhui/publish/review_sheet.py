"""The paper as a workbook: a page of instructions, the table to fill in, and what the system needs to read
it back.

Printed columns and ids are protected (without a password), so that a slip of the keyboard does not change
what was judged; the three yellow columns are open. The workbook says nothing of scores or of where a pair
comes from: what was drawn at random is worked out again from the release when the answers come back.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jianhui.publish.report_words import FEED_NAMES
from jianhui.publish.review_questions import Item, Paper, Question
from jianhui.publish.xlsx import Footer, Workbook, chinese_date, write_cell
from jianhui.resolve.judgements import Verdict

GUIDE = "填写说明"
TABLE = "判断表"
SYSTEM = "系统信息"
HEADER_ROW = 3
"""Fourth row, as in the work-lists."""

ANSWERS: Mapping[str, Verdict] = {
    "同一家": "same",
    "不是": "different",
    "无法判断": "unsure",
    "均不是": "none",
}
"""What a person may answer, and the verdict it is."""

ANSWER, JUDGE, REASON = "判断", "判断人", "理由"
NUMBER, CANDIDATE = "题号", "候选"
QUESTION_ID, FEED, RECORD_KEY, ENTERPRISE_ID = "题目编号", "数据类别", "记录键", "企业编号"


@dataclass(frozen=True)
class Shown:
    """A column: its header, width, and what it shows. ``side``: record, enterprise, answer or id."""

    header: str
    width: float
    side: str
    source: str = ""
    style: str = "text"


COLUMNS: tuple[Shown, ...] = (
    Shown(NUMBER, 5, "place", style="count"),
    Shown(CANDIDATE, 5, "place", style="centre"),
    Shown("来源", 9, "record", "feed"),
    Shown("记录上的名称", 24, "record", "name"),
    Shown("记录上的地址", 24, "record", "address"),
    Shown("记录上的代码", 13, "record", "code", "code"),
    Shown("记录其他信息", 16, "record", "about"),
    Shown("企业登记名称", 24, "enterprise", "name"),
    Shown("企业住所", 24, "enterprise", "address"),
    Shown("企业经营场所", 16, "enterprise", "business_address"),
    Shown("企业代码", 13, "enterprise", "code", "code"),
    Shown("曾用名", 14, "enterprise", "former_names"),
    Shown("成立日期", 10, "enterprise", "established_on", "day"),
    Shown("登记状态", 7, "enterprise", "status"),
    Shown(ANSWER, 10, "answer", style="centre"),
    Shown(JUDGE, 9, "answer"),
    Shown(REASON, 20, "answer"),
    Shown(QUESTION_ID, 9, "id", style="id"),
    Shown(FEED, 9, "id", "feed", "id"),
    Shown(RECORD_KEY, 12, "id", style="id"),
    Shown(ENTERPRISE_ID, 9, "id", style="id"),
)

_HALF_WIDTHS_PER_UNIT = 1.15
_LINE_POINTS = 13.0


def write_paper(path: Path, paper: Paper) -> None:
    """Write the workbook to ``path``; equal input gives equal bytes."""
    title = "企业关联人工判断表"
    with Workbook(path, title=title, created=paper.valid_on) as book:
        _write_guide(book, title, paper)
        _write_table(book, title, paper)
        _write_system(book, paper)


def paper_name(paper: Paper) -> str:
    """The name of a paper's file, where none was given."""
    return f"判断表_{paper.valid_on:%Y%m%d}_{paper.export_id}.xlsx"


def _write_guide(book: Workbook, title: str, paper: Paper) -> None:
    page = book.sheet(GUIDE)
    page.set_portrait()
    page.fit_to_pages(1, 0)
    page.set_column(0, 0, 12)
    page.set_column(1, 1, 84)
    page.set_footer(Footer(paper.valid_on, paper.release_id).code())
    page.write_string(0, 0, title, book.style("title"))
    about = (
        f"数据截至 {chinese_date(paper.valid_on)}，共 {len(paper.items)} 条记录、{paper.n_questions} 个候选"
    )
    page.write_string(1, 0, about, book.style("note"))
    row = 2
    for heading, lines in _INSTRUCTIONS:
        row += 1
        page.set_row(row, 24)
        page.write_string(row, 0, heading, book.style("heading"))
        for head, text in lines:
            row += 1
            page.set_row(row, 15 * (1 + len(text) // 46))
            page.write_string(row, 0, head, book.style("centre", bold=True))
            page.write_string(row, 1, text, book.style("text"))


_INSTRUCTIONS: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = (
    (
        "一、要回答的问题",
        (
            ("", "左边是某部门的一条记录，右边是工商登记的一家候选企业：两边说的是不是同一家？"),
            (
                "",
                "同一题号是同一条记录，每行一个候选企业，候选的先后没有含义。一条记录至多与一家企业是同一家。",
            ),
            ("", "请只凭两边所列的内容和自己掌握的情况判断，不必打听系统原来怎样认定。"),
        ),
    ),
    (
        "二、怎样填（只填黄色三栏）",
        (
            ("同一家", "名称虽有出入（简称、错字、改名、改制），但能确认是同一个企业。"),
            ("不是", "能确认不是这一家；总公司与分公司、同名的两家企业，都填“不是”。"),
            ("无法判断", "凭现有材料说不准。不影响统计，该题以后还会出现。"),
            (
                "均不是",
                "这条记录不属于本市任何一家登记企业（不只是所列的几家）；填在该题任一行即可，其余行留空。",
            ),
            ("留空", "没有看的行留空，交回时自动跳过，可分多次交回。"),
            (
                "判断人",
                "填判断者姓名；整份由一人判断的可以不填，交回时统一登记。姓名加密保存，不进入统计和报表。",
            ),
            ("理由", "凭什么判断，例如“电话核实，2013年改制更名”。请勿填写身份证号、手机号。"),
        ),
    ),
    (
        "三、怎样交回",
        (
            ("", "直接交回本文件，由系统管理员执行 jianhui review import 文件 --by 姓名。"),
            ("", "文件名可以改；表头和右侧灰色编号请勿改动。"),
            (
                "",
                "有矛盾的、记录内容已经变化的行不会读入，系统逐行说明原因；改正后把整份再交一次即可，已读入的不会重复。",
            ),
            ("", "判断一经读入，次日的统计即按判断办理，直至撤回（jianhui review withdraw）。"),
        ),
    ),
)


def _write_table(book: Workbook, title: str, paper: Paper) -> None:
    page = book.sheet(TABLE)
    last = HEADER_ROW + paper.n_questions
    _set_up(book, page, last, paper)
    page.write_string(0, 0, title, book.style("title"))
    about = (
        f"数据截至 {chinese_date(paper.valid_on)}，{len(paper.items)} 条记录、{paper.n_questions} 个候选。"
    )
    page.write_string(1, 0, about + "只填黄色三栏；填法见“填写说明”。", book.style("note"))
    page.set_row(HEADER_ROW, 30)
    for index, column in enumerate(COLUMNS):
        shade = "#FFF2CC" if column.side == "answer" else "#E7E6E6" if column.side == "id" else "#DDE6F0"
        page.write_string(HEADER_ROW, index, column.header, book.style("header", bg_color=shade, locked=True))
    row = HEADER_ROW
    for number, item in enumerate(paper.items, start=1):
        for place, question in enumerate(item.questions, start=1):
            row += 1
            _write_row(book, page, row, number, place, item, question)


def _write_row(
    book: Workbook, page: Any, row: int, number: int, place: int, item: Item, question: Question
) -> None:
    cells = _cells(number, place, item, question)
    page.set_row(row, _height(cells))
    band = {"bg_color": "#F7F9FC"} if number % 2 == 0 else {}
    top = {"top": 2} if place == 1 else {}
    for index, (column, value) in enumerate(zip(COLUMNS, cells, strict=True)):
        extra: dict[str, object] = {"border": 1, "font_size": 9, **band, **top}
        if column.side == "answer":
            extra |= {"bg_color": "#FFFBE6", "locked": False}
        elif column.side == "id":
            extra |= {"font_size": 6, "font_color": "#7F7F7F"}
        style = "text" if column.style == "id" else column.style
        write_cell(page, row, index, value, book.style(style, **extra))


def _cells(number: int, place: int, item: Item, question: Question) -> list[Any]:
    ids = {
        QUESTION_ID: question.question_id,
        FEED: item.feed,
        RECORD_KEY: item.record_key,
        ENTERPRISE_ID: question.enterprise_id,
        NUMBER: number,
        CANDIDATE: f"{place}/{len(item.questions)}",
    }
    record = {**item.says, "feed": FEED_NAMES.get(item.feed, item.feed)}
    cells: list[Any] = []
    for column in COLUMNS:
        if column.header in ids:
            cells.append(ids[column.header])
        elif column.side == "answer":
            cells.append(None)
        else:
            cells.append((record if column.side == "record" else question.says)[column.source])
    return cells


def _height(cells: Sequence[Any]) -> float:
    """Points for the longest text of a row: a Chinese character is two half-widths wide."""
    lines = 1
    for column, value in zip(COLUMNS, cells, strict=True):
        if isinstance(value, str) and column.side != "id":
            half_widths = sum(2 if ord(char) > 0x2E7F else 1 for char in value)
            lines = max(lines, -int(-half_widths // (_HALF_WIDTHS_PER_UNIT * column.width)))
    return min(lines, 8) * _LINE_POINTS + 5


def _set_up(book: Workbook, page: Any, last: int, paper: Paper) -> None:
    page.set_landscape()
    page.fit_to_pages(1, 0)
    page.repeat_rows(HEADER_ROW)
    page.freeze_panes(HEADER_ROW + 1, 2)
    page.set_footer(Footer(paper.valid_on, paper.release_id).code())
    for index, column in enumerate(COLUMNS):
        page.set_column(index, index, column.width)
        if column.header == ANSWER:
            page.data_validation(HEADER_ROW + 1, index, last, index, _CHOICE)
    page.autofilter(HEADER_ROW, 0, last, len(COLUMNS) - 1)
    ids = [index for index, column in enumerate(COLUMNS) if column.side == "id"]
    page.print_area(0, 0, last, ids[0] - 1)
    page.protect("", {"autofilter": True, "format_columns": True, "format_rows": True})


_CHOICE: dict[str, object] = {
    "validate": "list",
    "source": list(ANSWERS),
    "error_title": ANSWER,
    "error_message": "请从下拉框中选择：同一家、不是、无法判断、均不是。",
}


def _write_system(book: Workbook, paper: Paper) -> None:
    """What the reader needs, on a hidden sheet."""
    page = book.sheet(SYSTEM)
    rows = (
        ("export_id", paper.export_id),
        ("release_id", paper.release_id),
        ("limit", str(paper.request.limit)),
        ("samples", " ".join(map(str, paper.request.samples))),
        ("seed", str(paper.request.seed)),
    )
    for row, (key, value) in enumerate(rows):
        page.write_string(row, 0, key, book.style("text"))
        page.write_string(row, 1, value, book.style("text"))
    page.very_hidden()
