"""The command line: verbs, options and exit codes as published.

Each body calls a stage (or the simulated city) and tells what came of it.

Imports are lazy: ``--help`` answers in a fraction of a second although dbt and Great Expectations take many.
"""

import typer

from jianhui.cli import check, deliveries, explain, nights, reading, releases, review, running

app = typer.Typer(
    name="jianhui",
    help="建会：谁还没有工会，凭什么，该谁去。Who has no union this morning, how we know, whom to send.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)

app.command("demo")(running.demo)
app.add_typer(running.simulate_app, name="simulate")
app.command("receive")(deliveries.receive)
app.command("nightly")(nights.nightly)
app.add_typer(deliveries.quarantine_app, name="quarantine")
app.command("slip")(deliveries.slip)
app.add_typer(nights.base_app, name="base")
app.command("worklist")(nights.worklist)
app.command("report")(nights.report)
app.add_typer(releases.release_app, name="release")
app.command("what-if")(releases.what_if)
app.add_typer(explain.explain_app, name="explain")
app.add_typer(review.review_app, name="review")
app.command("check")(check.check)
app.command("sql")(reading.sql)
app.command("replay")(reading.replay)
app.command("status")(reading.status)
app.command("doctor")(reading.doctor)
app.add_typer(reading.policy_app, name="policy")
app.command("schedule")(running.schedule)


def main() -> None:
    """Entry point of the ``jianhui`` command."""
    app()
