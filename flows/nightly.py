"""The night: every feed's inbox, then identity, build, gate, release and work-lists.

A feed that cannot be taken in does not stop the others. Schedule: 02:00 Asia/Shanghai.
"""

from datetime import date

from prefect import flow, get_run_logger, task

from flows.common import context, show_files, show_table, show_text, worth_retrying
from jianhui import stages


@task(
    name="接收 receive {feed}",
    task_run_name="receive-{feed}",
    retries=2,
    retry_delay_seconds=30,
    retry_condition_fn=worth_retrying,
    timeout_seconds=3600,
)
def receive(feed: str) -> list[dict[str, object]]:
    """Take in what lies in one feed's inbox."""
    return [outcome.as_row() for outcome in stages.receive_inbox(context(), feed)]


@task(
    name="构建与发布 publish",
    retries=1,
    retry_delay_seconds=60,
    retry_condition_fn=worth_retrying,
    timeout_seconds=7200,
)
def publish(valid_on: date | None) -> stages.Night:
    """Identity, build, gate, release, work-lists of one night."""
    return stages.publish_night(context(), valid_on)


@flow(name="nightly", description="每夜主任务：接收、识别、构建、检验、发布、台账", timeout_seconds=4 * 3600)
def nightly(valid_on: date | None = None) -> str:
    """Run one night; returns the release id. ``valid_on`` defaults to the last complete civil day."""
    outcomes: list[dict[str, object]] = []
    for feed in stages.feeds(context()):
        state = receive(feed, return_state=True)
        if state.is_completed():
            outcomes += state.result()
        else:
            get_run_logger().error("%s: %s", feed, state.message)
            outcomes.append({"feed": feed, "verdict": "failed", "note": state.message})
    show_table("deliveries", outcomes, "本夜报送 deliveries of this night")
    night = publish(valid_on)
    show_text("summary", night.markdown())
    show_table("coverage", night.coverage, "各基数建会率 coverage on each base")
    show_files("worklists", night.worklists, "未建会企业台账 work-lists")
    return night.release_id


if __name__ == "__main__":
    nightly()
