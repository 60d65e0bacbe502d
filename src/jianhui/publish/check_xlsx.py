"""The answers to a list as a workbook: every row of the list in its order, and what was found of it.

Three sheets: 核查结果 (one line per row), 待核 (unsure rows, a line per candidate, with a column to
tick), 说明.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from jianhui.publish.check_answers import Answer
from jianhui.publish.check_words import MATCHES, REMARKS, UNION_STATUSES
from jianhui.publish.explain_words import COVER_KINDS, LINK_BASES, REASONS, word
from jianhui.publish.report_source import Manifest
from jianhui.publish.xlsx import Cell, Column, Footer, Workbook, chinese_date

RESULT, OPEN, ABOUT = "核查结果", "待核", "说明"

_RESULT_COLUMNS = (
    Column("序号", 5, "count"),
    Column("名单行", 9, "centre"),
    Column("名单所列企业", 26),
    Column("名单所列代码", 19, "code"),
    Column("对应结果", 10, "centre"),
    Column("建会情况", 9, "centre"),
    Column("是否需核", 7, "centre"),
    Column("企业名称（工商登记）", 26),
    Column("统一社会信用代码", 19, "code"),
    Column("区市县", 10),
    Column("登记状态", 9, "centre"),
    Column("对应依据", 16),
    Column("可信度", 7, "share"),
    Column("覆盖方式", 11, "centre"),
    Column("工会名称", 24),
    Column("工会编号", 11, "code"),
    Column("覆盖起始", 11, "day"),
    Column("依据", 44),
    Column("依据所述日期", 11, "day"),
    Column("须注意", 30),
)
_OPEN_COLUMNS = (
    Column("序号", 5, "count"),
    Column("名单所列企业", 28),
    Column("名单所列代码", 19, "code"),
    Column("为何待核", 34),
    Column("可能的企业", 28),
    Column("相近之处", 30),
    Column("该企业建会情况", 10, "centre"),
    Column("企业编号", 15, "code"),
    Column("人工认定", 12),
)


def write_answers(
    path: Path, title: str, answers: Sequence[Answer], manifest: Manifest, districts: dict[str, str]
) -> None:
    """Write the workbook to ``path``. ``title``: what the list is called; ``districts``: code → name."""
    day = manifest.valid_on
    with Workbook(path, title=title, created=day) as book:
        sheet = book.sheet(RESULT)
        sheet.set_landscape()
        sheet.set_footer(Footer(day, manifest.release_id).code())
        sheet.write_string(0, 0, f"{title}　企业建会情况核查结果", book.style("title"))
        sheet.write_string(1, 0, "；".join(summary_lines(answers, day.isoformat())), book.style("note"))
        last = book.write_table(sheet, 2, _RESULT_COLUMNS, (_result(one, districts) for one in answers))
        sheet.freeze_panes(3, 3)
        sheet.autofilter(2, 0, last, len(_RESULT_COLUMNS) - 1)
        sheet.repeat_rows(2)
        sheet.fit_to_pages(1, 0)
        unsure = book.sheet(OPEN)
        unsure.set_landscape()
        unsure.set_footer(Footer(day, manifest.release_id).code())
        book.write_table(unsure, 0, _OPEN_COLUMNS, (line for one in answers for line in _open(one)))
        unsure.freeze_panes(1, 2)
        unsure.repeat_rows(0)
        unsure.fit_to_pages(1, 0)
        about = book.sheet(ABOUT)
        about.set_column(0, 0, 100)
        for row, text in enumerate(_about(manifest)):
            about.write_string(row, 0, text, book.style("paragraph"))


def summary_lines(answers: Sequence[Answer], day: str) -> list[str]:
    """How many of the list are what, in Chinese, for the head of the sheet."""
    counts = Counter(one.union_status for one in answers)
    told = [f"{UNION_STATUSES[key][0]}{counts.get(key, 0)}家" for key in UNION_STATUSES]
    n_unsure = sum(not one.is_sure for one in answers)
    return [f"数据截至{day}", f"共{len(answers)}行", *told, f"其中须核实{n_unsure}行"]


def remark_text(answer: Answer, zh: bool) -> str:
    """What is to be noted of an answer, as one text; of an unrecognised row why it was not."""
    told = [word(REASONS, answer.reason, zh)] if answer.reason else []
    told += [word(REMARKS, key, zh) for key in answer.remarks]
    if answer.row.code_problem is not None:
        told.append(answer.row.code_problem[0 if zh else 1])
    return ("；" if zh else "; ").join(told)


def _result(one: Answer, districts: dict[str, str]) -> Sequence[Cell]:
    place = f"{one.row.sheet} {one.row.line}".strip()
    return (
        one.row.number,
        place,
        one.row.name,
        one.row.code,
        MATCHES[one.match][0],
        UNION_STATUSES[one.union_status][0],
        not one.is_sure,
        one.name,
        one.uscc,
        districts.get(one.district_code or "", one.district_code),
        one.registry_status,
        word(LINK_BASES, one.link_basis, True) if one.link_basis else None,
        one.link_confidence,
        word(COVER_KINDS, one.cover_kind, True) if one.cover_kind else None,
        one.union_name,
        one.union_id,
        one.covered_since,
        one.evidence[0],
        one.evidence_on,
        remark_text(one, True),
    )


def _open(one: Answer) -> Iterator[Sequence[Cell]]:
    """Lines of the second sheet: what a person has to decide, one line per enterprise it may be."""
    if one.is_sure:
        return
    why = remark_text(one, True) or one.evidence[0]
    about = one.row.number, one.row.name, one.row.code, why
    status = UNION_STATUSES[one.union_status][0]
    if one.enterprise_id is not None:
        basis = word(LINK_BASES, one.link_basis or "", True)
        yield *about, one.name, basis, status, one.enterprise_id, None
    for candidate in one.candidates:
        yield (
            *about,
            candidate.name,
            candidate.why,
            UNION_STATUSES[candidate.union_status][0],
            candidate.enterprise_id,
            None,
        )
    if one.enterprise_id is None and not one.candidates:
        yield *about, None, None, status, None, None


def _about(manifest: Manifest) -> Iterator[str]:
    yield f"数据截至 {chinese_date(manifest.valid_on)}，版本 {manifest.release_id}。"
    yield (
        "名单按报送数据的同一办法与工商登记对应：先统一社会信用代码、组织机构代码、注册号，再唯一的名称，"
        "最后按名称、地址评分。代码与名称指向不同企业的，不作对应。"
    )
    yield (
        "“建会情况”指该日有正常、存续的单独工会、联合工会或联合会覆盖；筹建中的不算。"
        "排查所称“已建会”只是说法。"
    )
    yield ("“是否需核”为“是”的，由人核实后方可答复：对应不确定，或其他凭据与登记不一致，见“须注意”和“待核”。")
    yield "“查无此企业”是指本市工商登记中没有对应的企业，不等于没有工会。名单只供本次核查，本系统不保存。"
    for caveat in manifest.caveats:
        yield f"注：{caveat}"
