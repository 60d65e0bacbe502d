"""What both flows share: the context, what may be retried, how a result is shown."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from prefect.artifacts import create_link_artifact, create_markdown_artifact, create_table_artifact

from jianhui import settings
from jianhui.core.clock import system_clock
from jianhui.core.errors import JianhuiError, LogBusy
from jianhui.stages.context import Context


def context() -> Context:
    """The home of the environment and the machine's clock."""
    return Context(settings.load(), system_clock)


def worth_retrying(task: Any, task_run: Any, state: Any) -> bool:
    """A refusal with a reason will be refused again; only what is nobody's decision is tried again."""
    try:
        state.result()
    except JianhuiError as error:
        return isinstance(error, LogBusy)
    except Exception:
        return True
    return False


def show_table(key: str, rows: Sequence[Mapping[str, Any]], zh: str) -> None:
    """A table artifact with a Chinese description; nothing is shown for no rows."""
    if rows:
        create_table_artifact(key=key, table=[dict(row) for row in rows], description=zh)


def show_text(key: str, markdown: str) -> None:
    create_markdown_artifact(key=key, markdown=markdown)


def show_files(key: str, paths: Sequence[Path], zh: str) -> None:
    """Links to files on this machine, one artifact each."""
    for number, path in enumerate(paths):
        create_link_artifact(
            key=f"{key}-{number}", link=path.resolve().as_uri(), link_text=path.name, description=zh
        )
