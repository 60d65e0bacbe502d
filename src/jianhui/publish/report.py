"""The quarterly report of a gated release: a workbook of tables and a bulletin in Word."""

from pathlib import Path

from jianhui.core.errors import UsageError, Where
from jianhui.publish.docx_bulletin import bulletin_title, write_bulletin
from jianhui.publish.report_context import read_context
from jianhui.publish.report_source import Release
from jianhui.publish.report_words import period
from jianhui.publish.report_xlsx import write_report


def report(release_dir: Path, out_dir: Path) -> list[Path]:
    """Write ``<period><city>企业建会情况统计表.xlsx`` and the bulletin ``….docx`` into ``out_dir``.

    Both are written from one context, so a figure cannot differ between them; equal releases give equal
    bytes. Returns the two paths. Raises ``UsageError``: ``release_not_gated`` for a folder without a gate's
    record or among the blocked ones, ``release_unreadable``.
    """
    if release_dir.resolve().parent.name == "blocked" or not (release_dir / "gate.json").is_file():
        raise UsageError(
            "release_not_gated",
            "只能从通过质量检验的发布版本生成报告",
            "a report is made only from a release that passed its gate",
            where=Where(file=str(release_dir)),
            next_step="jianhui release list",
        )
    context = read_context(Release(release_dir))
    out_dir.mkdir(parents=True, exist_ok=True)
    tables = out_dir / f"{period(context)}{context.city_name}企业建会情况统计表.xlsx"
    bulletin = out_dir / f"{bulletin_title(context)}.docx"
    write_report(tables, context)
    write_bulletin(bulletin, context)
    return [tables, bulletin]
