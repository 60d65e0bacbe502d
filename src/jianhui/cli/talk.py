"""How the commands speak: data on stdout, talk on stderr, in the user's language."""

import json
import os
import sys
import traceback
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import wraps
from typing import Any, ParamSpec

import typer

from jianhui.core.errors import ExitCode, JianhuiError

P = ParamSpec("P")


def language() -> str:
    """``zh`` when the locale is Chinese, else ``en``. ``JIANHUI_LANG`` decides before the locale."""
    for name in ("JIANHUI_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        value = os.environ.get(name, "")
        if value:
            return "zh" if value.lower().startswith("zh") else "en"
    return "en"


def pick(zh: str, en: str) -> str:
    """The sentence in the user's language."""
    return zh if language() == "zh" else en


def say(zh: str, en: str) -> None:
    """Talk: one line on stderr."""
    typer.echo(pick(zh, en), err=True)


def put(text: str) -> None:
    """Data: one line on stdout."""
    typer.echo(text)


def put_json(value: Any) -> None:
    """Data for a program: one JSON document on stdout."""
    typer.echo(json.dumps(value, ensure_ascii=False, indent=2, default=str))


def put_table(rows: Sequence[Mapping[str, Any]], columns: Iterable[tuple[str, str]]) -> None:
    """A table on stdout: ``columns`` are (key, heading); wide characters take two places."""
    keys = list(columns)
    cells = [[heading for _, heading in keys]]
    cells += [["" if row.get(key) is None else str(row.get(key)) for key, _ in keys] for row in rows]
    widths = [max(_width(line[i]) for line in cells) for i in range(len(keys))]
    for line in cells:
        padded = (text + " " * (width - _width(text)) for text, width in zip(line, widths, strict=True))
        typer.echo("  ".join(padded).rstrip())


def put_rows(rows: Sequence[Mapping[str, Any]], columns: Iterable[tuple[str, str]], as_json: bool) -> None:
    """Rows on stdout: whole for a program, or the ``columns`` as a table."""
    if as_json:
        put_json(rows)
    else:
        put_table(rows, columns)


def _width(text: str) -> int:
    return sum(2 if ord(char) > 0x2E7F else 1 for char in text)


def command(function: Callable[P, ExitCode | None]) -> Callable[P, None]:
    """Turn a function into a command body: its errors become a message and the published exit code."""

    @wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            code = function(*args, **kwargs) or ExitCode.DONE
        except JianhuiError as error:
            typer.echo(error.message(language()), err=True)
            code = error.exit_code
        except (KeyboardInterrupt, typer.Exit, typer.Abort):
            raise
        except Exception:
            traceback.print_exc(file=sys.stderr)
            say(
                "这是程序的错误，不是数据的错误；请把以上内容发给维护者。",
                "This is a bug of the program, not of your data; please send these lines to the maintainers.",
            )
            code = ExitCode.BUG
        if code is not ExitCode.DONE:
            raise typer.Exit(int(code))

    return run
