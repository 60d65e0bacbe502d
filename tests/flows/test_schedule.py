"""The clocks' server starts in a home that has never seen it, and shows its pages."""

import os
import socket
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from flows.schedule import NIGHTLY_CRON, QUARTERLY_CRON, prepare_environment, server

from jianhui.settings import INSTALLATION, Settings


@pytest.fixture
def environment() -> Iterator[None]:
    before = dict(os.environ)
    for name in [name for name in before if name.startswith("PREFECT_")]:
        del os.environ[name]
    yield
    os.environ.clear()
    os.environ.update(before)


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@pytest.mark.usefixtures("environment")
def test_the_pages_are_reachable_in_a_fresh_home(tmp_path: Path) -> None:
    prepare_environment(Settings(tmp_path / "home", tmp_path / "keys"))
    assert os.environ["PYTHONPATH"].split(os.pathsep)[0] == str(INSTALLATION)

    with server(free_port()) as url, urllib.request.urlopen(url.removesuffix("/api"), timeout=10) as page:
        assert page.status == 200
        assert b"<html" in page.read().lower()

    assert (tmp_path / "home" / ".prefect" / "server.log").is_file()


def test_the_night_runs_at_two_and_the_quarter_on_the_eleventh_at_four() -> None:
    assert (NIGHTLY_CRON, QUARTERLY_CRON) == ("0 2 * * *", "0 4 11 1,4,7,10 *")
