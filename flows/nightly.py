"""The night: every feed's inbox, then identity, build, gate, release, work-lists and due-list.

What cannot be taken in does not stop the rest. Schedule: 02:00 Asia/Shanghai.
"""

from datetime import date
from typing import Any

from prefect import flow, task

from flows.common import context, show_files, show_table, show_text, worth_retrying
from jianhui.stages import intake, night


@task(
    name="接收 receive",
    retries=2,
    retry_delay_seconds=30,
    retry_condition_fn=worth_retrying,
    timeout_seconds=2 * 3600,
)
def receive() -> list[dict[str, Any]]:
    """Take in what lies in the inbox; a file that is refused stops no other."""
    return [outcome.as_row() for outcome in intake.receive_inbox(context())]


@task(
    name="构建与发布 publish",
    retries=1,
    retry_delay_seconds=60,
    retry_condition_fn=worth_retrying,
    timeout_seconds=7200,
)
def publish(valid_on: date | None) -> night.Night:
    """Identity, build, gate, release, work-lists of one night."""
    return night.publish(context(), valid_on)


@flow(name="nightly", description="每夜主任务：接收、识别、构建、检验、发布、台账", timeout_seconds=4 * 3600)
def nightly(valid_on: date | None = None) -> str:
    """Run one night; returns the release id. ``valid_on`` defaults to the last complete civil day."""
    show_table("deliveries", receive(), "本夜报送")
    published = publish(valid_on)
    show_text("summary", published.summary.markdown())
    show_table("coverage", published.summary.bases, "各基数建会率")
    show_files("worklists", published.worklists, "未建会企业台账")
    show_files("due-list", [published.due_list] if published.due_list else [], "到期清单")
    return published.release.release_id


if __name__ == "__main__":
    nightly()
