"""A small office: three firms, a home of its own, and a clock set by hand."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

from jianhui.settings import Settings
from jianhui.stages import intake, releases
from jianhui.stages.context import Context
from tests.cases.case_file import replace_tokens

COMMERCE = """统一社会信用代码,企业名称,成立日期,住所,从业人数
$U1,大连甲机械有限公司,2010-01-01,大连市沙河口区中山路1号,30
$U2,大连乙机械有限公司,2010-01-01,大连市西岗区长江路2号,10
$U3,大连丙机械有限公司,2010-01-01,大连市西岗区长江路3号,40
"""
UNIONS = """工会编号,工会名称,工会类型,所在单位名称,所在单位代码,成立日期,状态
G1,大连甲机械有限公司工会,单独,大连甲机械有限公司,$U1,2011-05-01,正常
"""
LATE_UNION = UNIONS + "G3,大连丙机械有限公司工会,单独,大连丙机械有限公司,$U3,2014-03-01,正常\n"


class Office:
    """A home with two quarters behind it, and a clock set by hand."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.now = datetime(2014, 4, 5, tzinfo=UTC)
        self.context = Context(Settings(folder / "home", folder / "keys"), self.clock)

    def clock(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now

    def receive(self, feed: str, day: str, text: str) -> None:
        path = self.folder / f"{feed}_{day}.csv"
        path.write_text(replace_tokens(text), encoding="utf-8")
        (outcome,) = intake.receive(self.context, feed, [path])
        assert outcome.verdict == "accepted"

    @property
    def index(self) -> dict[str, dict[str, object]]:
        path = self.context.settings.releases / "index.json"
        document = json.loads(path.read_text(encoding="utf-8"))
        return {one["release_id"]: one for one in document["releases"]} | {"quarters": document["quarters"]}

    def stages(self) -> dict[str, str]:
        return {one["release_id"]: one["stage"] for one in releases.list_all(self.context)}
