"""The reports of a gated release: bulletin in Word, workbook, page, one-page brief; full and public copies.

One context object (:class:`~jianhui.publish.report.context.Report`) feeds them all, so a figure cannot differ
between formats. Equal releases and templates give equal bytes.
"""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from jianhui.core.errors import UsageError, Where
from jianhui.publish.report.context import Report, assemble
from jianhui.publish.report.docx_write import render, write_docx
from jianhui.publish.report.facts import Earlier, Edition, Facts
from jianhui.publish.report.html_write import write_html
from jianhui.publish.report.templates import Templates
from jianhui.publish.report.xlsx_write import write_xlsx
from jianhui.publish.report_source import Release

COMPARISON = Path("comparison", "previous", "comparison.json")


def report(
    release_dir: Path,
    out_dir: Path,
    *,
    earlier: Earlier | None = None,
    districts: Sequence[str | None] = (None,),
    templates: Templates | None = None,
    is_checked: bool = True,
) -> list[Path]:
    """Write the report of a release into ``out_dir``, full and public copies; the paths written.

    ``earlier``: the releases to compare with. ``districts``: the editions, None being the city's. Raises
    ``UsageError``: ``release_not_gated`` for a folder without a gate's record or among the blocked ones
    (unless ``is_checked`` is false, for a release on its way), ``release_unreadable``, ``no_such_district``,
    ``bad_template``.
    """
    is_gated = (release_dir / "gate.json").is_file()
    if is_checked and (release_dir.resolve().parent.name == "blocked" or not is_gated):
        raise UsageError(
            "release_not_gated",
            "只能从通过质量检验的发布版本生成报告",
            "a report is made only from a release that passed its gate",
            where=Where(file=str(release_dir)),
            next_step="jianhui release list",
        )
    out_dir.mkdir(parents=True, exist_ok=True)
    earlier = _with_comparison(release_dir, earlier or Earlier())
    written: list[Path] = []
    for district in districts:
        for is_public in (False, True):
            context = read(release_dir, Edition(is_public, district), earlier)
            written += _write(context, out_dir, templates or Templates())
    return written


def read(release_dir: Path, edition: Edition | None = None, earlier: Earlier | None = None) -> Report:
    """The context of one edition. Raises ``UsageError`` ``no_such_district``."""
    edition, earlier = edition or Edition(), earlier or Earlier()
    previous, last_year = (
        Facts(Release(folder), edition) if folder else None
        for folder in (earlier.previous, earlier.last_year)
    )
    facts = Facts(Release(release_dir), edition, previous, last_year)
    if edition.district is not None and edition.district not in facts.district_names:
        known = "、".join(f"{code} {name}" for code, name in facts.district_names.items())
        raise UsageError(
            "no_such_district",
            f"没有代码为 {edition.district} 的区市县。有：{known}",
            f"there is no district {edition.district}. There are: {known}",
            where=Where(field="--district", value=edition.district),
            next_step="--district 210204",
        )
    return assemble(facts, earlier)


def _with_comparison(release_dir: Path, earlier: Earlier) -> Earlier:
    """With the split of causes the release holds, where it was compared with the very period before."""
    path = release_dir / COMPARISON
    if earlier.comparison or earlier.previous is None or not path.is_file():
        return earlier
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    before = found["a"]["release_id"]
    if before != Release(earlier.previous).manifest.release_id:
        return earlier
    return Earlier(earlier.previous, earlier.last_year, found)


def _write(context: Report, folder: Path, templates: Templates) -> list[Path]:
    """The files of one copy. The brief is for the leader alone and has no public copy."""
    kind = "bulletin" if context.manifest.quarter else "monthly"
    title = f"{context.title}{context.copy}"
    whose = context.city_name if context.scope.is_city else context.scope.name
    tables = f"{context.period}{whose}企业建会情况统计表{context.copy}"
    bulletin = render(templates.path("bulletin"), context)
    page, workbook, word = folder / f"{title}.html", folder / f"{tables}.xlsx", folder / f"{title}.docx"
    write_xlsx(workbook, context, tables)
    write_html(page, context, bulletin)
    files = [workbook, word, page]
    if kind == "bulletin":
        write_docx(word, bulletin, context, title)
        if not context.edition.is_public:
            name = f"{context.period}{context.scope.called}工会组织建设情况专报"
            files.append(folder / f"{name}.docx")
            write_docx(files[-1], render(templates.path("brief"), context), context, name)
    else:
        name = f"{context.period}{context.scope.called}工会组织建设工作简报{context.copy}"
        files[1] = folder / f"{name}.docx"
        write_docx(files[1], render(templates.path("monthly"), context), context, name)
    return files
