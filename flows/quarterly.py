"""The quarter: release as of its last day with its cut-off, and the report.

Schedule: 04:00 Asia/Shanghai on the 11th of January, April, July and October.
"""

from prefect import flow, task

from flows.common import context, show_files, show_text, worth_retrying
from jianhui.stages import quarter as quarters


@task(
    name="季度发布 release quarter",
    retries=1,
    retry_delay_seconds=60,
    retry_condition_fn=worth_retrying,
    timeout_seconds=7200,
)
def publish(quarter: str) -> quarters.Quarter:
    """Build, gate and release one quarter, and write its report."""
    return quarters.report(context(), quarter)


@flow(name="quarterly", description="季度发布与通报", timeout_seconds=3 * 3600)
def quarterly(quarter: str | None = None) -> str:
    """Run one quarter, like ``2014Q1``; defaults to the last one whose cut-off has passed. Returns the
    release id.
    """
    result = publish(quarter or quarters.last_quarter(context()))
    show_text("quarter", result.summary.markdown())
    for number, path in enumerate(result.statements):
        show_text(f"comparison-{number}", path.read_text(encoding="utf-8"))
    show_files("report", result.kept, "季度通报（随发布留存） quarterly report, kept with the release")
    printed = [path for path in result.report.files if path.suffix == ".pdf"]
    show_files("report-pdf", printed, "季度通报 PDF")
    return result.release.release_id


if __name__ == "__main__":
    quarterly()
