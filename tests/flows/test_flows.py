"""The flows do what the command does, show it in Chinese, and a bad file stops nothing."""

import os
from collections.abc import Iterator
from datetime import date

import pytest

from jianhui.settings import Settings
from tests.cases.case_file import replace_tokens

COMMERCE = """统一社会信用代码,企业名称,成立日期,住所,从业人数
$U1,大连甲机械有限公司,2010-01-01,大连市沙河口区中山路1号,30
$U2,大连乙机械有限公司,2010-01-01,大连市西岗区长江路2号,10
"""
UNIONS = """工会编号,工会名称,工会类型,所在单位名称,所在单位代码,成立日期,状态
G1,大连甲机械有限公司工会,单独,大连甲机械有限公司,$U1,2011-05-01,正常
"""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """A home of its own, an orchestrator's server of its own, deliveries waiting in the inbox."""
    folder = tmp_path_factory.mktemp("flows")
    settings = Settings(folder / "home", folder / "keys")
    for feed, text in (("commerce", COMMERCE), ("union_organisations", UNIONS), ("hr", "没有表头\n")):
        inbox = settings.inbox / feed
        inbox.mkdir(parents=True)
        (inbox / f"{feed}_20140331.csv").write_text(replace_tokens(text), encoding="utf-8")
    from flows.schedule import prepare_environment

    before = dict(os.environ)
    prepare_environment(settings)
    from prefect.testing.utilities import prefect_test_harness

    with prefect_test_harness(server_startup_timeout=120):
        yield settings
    os.environ.clear()
    os.environ.update(before)


@pytest.fixture(scope="module")
def night(home: Settings) -> str:
    """The night flow run once on the waiting deliveries: the identifier of its release."""
    from flows.nightly import nightly

    return nightly(date(2014, 3, 31))


def artifacts() -> dict[str, str]:
    """Every artifact shown so far: key → content as text."""
    from prefect.client.orchestration import get_client

    with get_client(sync_client=True) as client:
        found = client.request("POST", "/artifacts/filter", json={}).json()
    return {artifact["key"]: str(artifact["data"]) for artifact in found}


def test_the_night_flow_takes_in_the_inbox_publishes_and_shows_the_night_in_chinese(
    home: Settings, night: str
) -> None:
    assert night == "night-2014-03-31-r1"
    assert (home.releases / "current" / "manifest.json").is_file()
    shown = artifacts()
    assert "建会情况" in shown["summary"]
    assert "西岗区" in shown["summary"]
    assert "refused" in shown["deliveries"], "the bad file is shown, and stopped nothing"
    assert any("verifications_20140331_210203" in content for content in shown.values())


@pytest.mark.slow
def test_the_quarter_flow_releases_the_quarter_and_links_its_report(
    home: Settings, night: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from flows.quarterly import quarterly

    from jianhui.publish.report import pdf

    monkeypatch.setattr(pdf, "office", lambda: None)
    release_id = quarterly("2014Q1")

    assert release_id == "quarter-2014Q1-r1"
    assert (home.releases / "quarters" / "2014Q1" / "manifest.json").is_file()
    shown = artifacts()
    kept = home.releases / "quarters" / "2014Q1" / "report"
    linked = " ".join(shown.values())
    for path in kept.iterdir():
        assert path.resolve().as_uri() in linked, "every file the release keeps is linked"
    assert {path.suffix for path in kept.iterdir()} == {".docx", ".xlsx", ".html"}
    assert "没有可比较的前期" in shown["comparison-0"]
