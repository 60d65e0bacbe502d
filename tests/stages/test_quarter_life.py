"""A quarter is planned, checked, signed, published, revised and taken back; each step is told, none changes a
release.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from docx import Document

from jianhui.core.errors import NothingChanged, UsageError
from jianhui.publish.digests import SUMS
from jianhui.stages import as_of, planning, quarter, quarter_life, verifying
from jianhui.stages.context import NOW, Context
from tests.stages.office import COMMERCE, LATE_UNION, UNIONS, Office

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    office = Office(tmp_path_factory.mktemp("life"))
    office.receive("commerce", "20131231", COMMERCE)
    office.receive("union_organisations", "20131231", UNIONS)
    office.receive("commerce", "20140331", COMMERCE)
    yield office


def test_a_quarter_lives_from_draft_to_revision(office: Office) -> None:
    context = office.context
    office.now = datetime(2014, 4, 12, tzinfo=UTC)

    draft = planning.plan(context, quarter="2014Q1")
    assert (draft.release_id, draft.is_passed, draft.last) == ("quarter-2014Q1-r1", True, None)
    assert not office.stages(), "a draft is kept nowhere"

    first = quarter.publish(context, "2014Q1")
    assert office.stages() == {first.release_id: "checked"}
    assert "没有可比较的前期" in (first.folder / "comparison" / "变动说明.txt").read_text(encoding="utf-8")
    with pytest.raises(UsageError, match="only what is signed"):
        quarter_life.publish(context, first.release_id, "张")
    with pytest.raises(UsageError, match="name"):
        quarter_life.sign(context, first.release_id, " ")
    sums = (first.folder / SUMS).read_bytes()
    quarter_life.sign(context, first.release_id, "李", "经办公会通过")
    assert office.stages() == {first.release_id: "signed"}
    quarter_life.publish(context, "2014Q1", "张")
    assert office.stages() == {first.release_id: "published"}
    with pytest.raises(NothingChanged):
        planning.plan(context, quarter="2014Q1")

    # A union of March is told of only now: the quarter, as now known, is another.
    office.receive("union_organisations", "20140331", LATE_UNION)
    known_at = office.clock()
    draft = planning.plan(context, quarter="2014Q1", known_at=known_at)
    assert draft.last == first.release_id and draft.comparison is not None
    city = draft.comparison.rate("city", "210200", "live")
    assert city is not None
    assert city.n_covered == (1, 2)
    assert [cause for cause, part in city.parts.items() if part] == ["late"]

    second = quarter.publish(context, "2014Q1", known_at)
    told = (second.folder / "comparison" / "revision" / "变动说明.txt").read_text(encoding="utf-8")
    assert told.startswith("2014年第一季度统计（第2版）修订说明") and "迟到资料使已建会增加1家" in told
    assert {"变动说明.docx", "变动分解.xlsx", "瀑布图-实有企业.svg"} <= beside_the_report(context, known_at)
    assert office.index["quarters"]["2014Q1"] == {"newest": second.release_id, "published": first.release_id}
    quarter_life.sign(context, second.release_id, "李")
    with pytest.raises(UsageError, match="needs a reason"):
        quarter_life.publish(context, second.release_id, "张")
    done = quarter_life.publish(context, second.release_id, "张", "补报工会登记")
    text, word = done.files
    assert "补报工会登记" in text.read_text(encoding="utf-8")
    assert any("第1次修订" in paragraph.text for paragraph in Document(str(word)).paragraphs)
    assert office.stages() == {second.release_id: "published", first.release_id: "revised"}
    entry = office.index[second.release_id]
    assert entry["published"]["revises"] == first.release_id and entry["signed"]["by"] == "李"  # type: ignore[index]
    assert str(entry["notice"]).endswith(".docx")
    assert (first.folder / SUMS).read_bytes() == sums


def test_a_release_taken_back_stays_and_is_told_as_such(office: Office) -> None:
    context = office.context
    first, second = "quarter-2014Q1-r1", "quarter-2014Q1-r2"
    done = quarter_life.withdraw(context, second, "数据源有误", "张")
    assert first in done.files[0].read_text(encoding="utf-8")
    assert "关于撤回" in str(office.index[second]["notice"])
    assert said_to_a_reader(context, second) == [f"note: {second} is withdrawn."]
    assert office.stages() == {second: "withdrawn", first: "published"}
    assert (context.settings.releases / "quarters" / "2014Q1").resolve().name == first
    for name in (first, second):
        assert not verifying.verify(context, name, is_rebuilt=False).files


def said_to_a_reader(context: Context, release_id: str) -> list[str]:
    said: list[str] = []
    as_of.source(context, release_id, NOW, progress=lambda zh, en: said.append(en))
    return said


def beside_the_report(context: Context, known_at: datetime) -> set[str]:
    """The files of the comparison with the revision before, in the folder of the report."""
    files = quarter.report(context, "2014Q1", known_at, is_printed=False).report.files
    return {path.name for path in files if path.parent.name == "与原版本比较"}


def test_old_figures_are_entered_with_their_source_or_refused(office: Office, tmp_path: Path) -> None:
    header = "period,grouping,group_code,base_kind,n_base,n_covered,coverage_rate,source\n"
    good = tmp_path / "old.csv"
    good.write_text(
        header + "2013Q4,city,210200,frozen,12000,10800,0.9,总工会通报〔2014〕1号\n", encoding="utf-8"
    )
    done = quarter_life.enter(office.context, good, "王", "补录")
    assert "1" in done.zh
    for row, field in (
        ("2013Q5,city,210200,frozen,1,1,,来源", "period"),
        ("2013Q4,city,210200,frozen,1,1,1.2,来源", "coverage_rate"),
        ("2013Q4,city,210200,frozen,1,1,0.9,", "source"),
    ):
        bad = tmp_path / "bad.csv"
        bad.write_text(header + row + "\n", encoding="utf-8")
        with pytest.raises(UsageError) as refused:
            quarter_life.enter(office.context, bad, "王", "补录")
        assert (refused.value.where.line, refused.value.where.field) == (2, field)


def test_a_night_is_not_signed(office: Office) -> None:
    from jianhui.stages import night

    published = night.publish(office.context, date(2014, 4, 1))
    with pytest.raises(UsageError, match="only a quarter"):
        quarter_life.sign(office.context, published.release.release_id, "李")
