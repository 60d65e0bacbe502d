"""An arithmetic of its own: what the landed files of a clean city say on a day, firm by firm and day by day.

Reads ``raw`` (:mod:`tests.stages.landing_reader`) and shares no line with product or simulator. It
asks one day after the other what holds, where the product computes with spells; it knows the rules as the
method words them, for what occurs in a clean city: valid codes, full-width names, one list.
"""

import re
from bisect import bisect_right
from calendar import monthrange
from collections.abc import Callable, Iterable, Mapping
from datetime import date, timedelta
from functools import cache, cached_property
from pathlib import Path

from tests.stages.landing_reader import Cells, Landed, day_of, months_after, read_landing

Versions = list[tuple[date, Cells | None]]
"""From which day on which content holds; None: gone."""

COMMERCE, TAX, HR = "commerce", "tax", "hr"
UNIONS, LINES, FINDINGS, LISTED = "union_organisations", "union_coverage", "verifications", "base_list"
KEYS: Mapping[str, tuple[str, ...]] = {
    TAX: ("纳税人识别号", "主管税务机关", "所属期", "征收品目"),
    HR: ("单位编号",),
    UNIONS: ("工会编号",),
    LINES: ("工会编号", "涵盖单位名称"),
}
WHO: Mapping[str, tuple[str, tuple[str, ...]]] = {
    TAX: ("纳税人名称", ("纳税人识别号",)),
    HR: ("单位名称", ("统一社会信用代码", "组织机构代码")),
    UNIONS: ("所在单位名称", ("所在单位代码",)),
    LINES: ("涵盖单位名称", ("涵盖单位代码",)),
    FINDINGS: ("企业名称", ("统一社会信用代码",)),
    LISTED: ("企业名称", ("统一社会信用代码",)),
}
ENDED = ("吊销", "注销", "撤销")
INACTIVE = ("迁出", "歇业", "停业", "清算")
OUT_OF_BASE = ("事实不存在", "异地经营")
COVER = {"单独": "own", "联合": "joint", "区域性联合会": "federation", "行业性联合会": "federation"}
ORDER = ("own", "joint", "federation")
OUT_BY_REGISTRATION = {
    "400": "individual",
    "410": "individual",
    "420": "individual",
    "500": "institution",
    "600": "individual",
    "700": "social_organisation",
}
OUT_BY_USCC = {"92": "individual", "93": "cooperative", "11": "institution", "12": "institution"} | {
    "51": "social_organisation",
    "52": "social_organisation",
    "53": "social_organisation",
}
OUT_BY_TYPE = {
    "个体": "individual",
    "合作社": "cooperative",
    "分公司": "branch",
    "分支机构": "branch",
    "办事处": "branch",
}
BRANCH = re.compile(
    r"(?:分公司|分店|分厂|分行|支行|营业部|办事处|项目部)$|公司.*(?:店|厂|部|站|所|门市|超市)$"
)
LATEST = date(9999, 12, 31)


class City:
    """What the files under ``raw`` say, as of ``valid_on``."""

    def __init__(
        self, raw: Path, valid_on: date, judged: Mapping[tuple[str, str], str] | None = None
    ) -> None:
        """``judged``: (feed, record key) → the firm a person said it means."""
        self.files = read_landing(raw)
        self.valid_on = valid_on
        self.judged = judged or {}

    # -- what is held on a day ---------------------------------------------------------------------

    def of(self, feed: str) -> list[Landed]:
        return [one for one in self.files if one.feed == feed]

    @cached_property
    def firms(self) -> dict[str, Versions]:
        """Registry records by USCC, else by registration number."""
        return self._versions(COMMERCE, lambda row: row["统一社会信用代码"] or row["注册号"])

    @cache  # noqa: B019  (one city lives as long as its test)
    def records(self, feed: str) -> dict[str, Versions]:
        """Records of a feed by key. Of lists and findings each row is a record for ever."""
        if feed not in KEYS:
            rows = [row for one in self.of(feed) for *_, row in one.rows]
            if feed == FINDINGS:
                # A row that nobody filled in says nothing; of one firm and day the later counts.
                told = [row for row in rows if row["排查结论"]]
                by_day = {
                    (row["统一社会信用代码"] or row["企业名称"], day_of(row["排查日期"])): row for row in told
                }
                rows = list(by_day.values())
            return {"|".join(row.values()): [(date.min, row)] for row in rows}
        return self._versions(feed, lambda row: "|".join(row[name] for name in KEYS[feed]))

    def _versions(self, feed: str, key_of: Callable[[Cells], str]) -> dict[str, Versions]:
        versions: dict[str, Versions] = {}
        seen_on: dict[str, date] = {}
        for one in self.of(feed):
            named = set()
            for *_, cells in one.rows:
                row = {name: text for name, text in cells.items() if name != "变更类型"}
                key = key_of(row)
                named.add(key)
                said = None if cells.get("变更类型") == "删除" else row
                self._assert(versions.setdefault(key, []), seen_on.get(key), one.reference_on, said)
                seen_on[key] = one.reference_on
            if one.kind == "full" and feed == LINES:
                for key in versions.keys() - named:
                    self._assert(versions[key], seen_on[key], one.reference_on, None)
                    seen_on[key] = one.reference_on
        return versions

    @staticmethod
    def _assert(versions: Versions, before: date | None, on: date, said: Cells | None) -> None:
        if before is None or not versions:
            versions.append((date.min, said))
            return
        was = versions[-1][1]
        if was == said:
            return
        effective = on
        if said and was and said.get("核准日期") != was.get("核准日期"):
            declared = day_of(said.get("核准日期", ""))
            if declared and before < declared <= on:
                effective = declared
        versions.append((effective, said))

    @staticmethod
    def at(versions: Versions, day: date) -> Cells | None:
        """The content that holds on ``day``."""
        held = [cells for since, cells in versions if since <= day]
        return held[-1] if held else None

    # -- who is who on a day -----------------------------------------------------------------------

    @cached_property
    def _turns(self) -> list[date]:
        """Days on which some record takes another content."""
        tables = [self.firms, *(self.records(feed) for feed in WHO)]
        return sorted({since for table in tables for versions in table.values() for since, _ in versions})

    def _turn(self, day: date) -> date:
        return self._turns[bisect_right(self._turns, day) - 1]

    @cache  # noqa: B019
    def _bearers(self, turn: date) -> dict[str, set[str]]:
        bearers: dict[str, set[str]] = {}
        for firm, versions in self.firms.items():
            if cells := self.at(versions, turn):
                for value in (*self._codes(cells), cells["企业名称"]):
                    bearers.setdefault(value, set()).add(firm)
        return bearers

    @staticmethod
    def _codes(cells: Cells) -> list[str]:
        uscc, number = cells["统一社会信用代码"], cells["注册号"]
        return [code for code in (uscc, uscc[8:17], number) if code]

    @cache  # noqa: B019
    def linked(self, feed: str, turn: date) -> dict[str, str]:
        """Record key → the firm it means on the days from ``turn`` on."""
        found = {}
        for key, versions in self.records(feed).items():
            cells = self.at(versions, turn)
            said = self.judged.get((feed, key))
            if cells and (firm := said or self._meant(feed, cells, self._bearers(turn), turn)):
                found[key] = firm
        return found

    def _meant(self, feed: str, cells: Cells, bearers: Mapping[str, set[str]], turn: date) -> str | None:
        name_column, code_columns = WHO[feed]
        name, codes = cells[name_column], [cells[c].replace("-", "") for c in code_columns if cells.get(c)]
        if feed == UNIONS:
            if cells["工会类型"] not in ("单独", "联合"):
                return None
            if not name and not codes:
                name = re.sub(r"(联合)?工会(委员会)?$", "", cells["工会名称"])
        tried = [*codes, *(code[8:17] for code in codes if len(code) == 18)]
        tried += [code[6:] for code in codes if feed == TAX and len(code) == 15]
        by_code = next((firms for code in tried if len(firms := bearers.get(code, set())) == 1), set())
        by_name = bearers.get(name, set()) if name else set()
        if by_code:
            return next(iter(by_code)) if len(by_name) != 1 or by_name == by_code else None
        if len(by_name) != 1:
            return None
        (firm,) = by_name
        theirs = self._codes(self.at(self.firms[firm], turn) or {})
        # A valid code of one scheme on both sides that differs speaks against the name.
        differs = any(
            len(a) == len(b) and a != b for a in tried for b in theirs if len(a) != 15 or feed != TAX
        )
        return None if differs else firm

    def own_records(self, feed: str, firm: str, day: date) -> list[Cells]:
        """The records of a feed that are the firm's on ``day``."""
        turn = self._turn(day)
        rows = self.records(feed)
        return [cells for key, who in self.linked(feed, turn).items() if who == firm
                and (cells := self.at(rows[key], turn))]  # fmt: skip

    # -- in the base -------------------------------------------------------------------------------

    @cache  # noqa: B019
    def life(self, feed: str, key: str, start: str, end: str, status: str) -> tuple[date | None, date]:
        """From when to when a firm or union exists, as the content of ``valid_on`` says."""
        versions = self.firms[key] if feed == COMMERCE else self.records(feed)[key]
        cells = self.at(versions, self.valid_on) or {}
        ends = day_of(cells.get(end, ""))
        if ends is None and any(word in cells.get(status, "") for word in ENDED):
            run = LATEST
            for since, said in reversed(versions):
                if said is None or not any(word in said[status] for word in ENDED):
                    break
                run = since
            ends = run
        return day_of(cells.get(start, "")), ends or LATEST

    def firm_life(self, firm: str) -> tuple[date, date]:
        start, end = self.life(COMMERCE, firm, "成立日期", "注吊销日期", "登记状态")
        return start or self.first_seen(firm), end

    def established(self, firm: str) -> date | None:
        """As stated; None where it is not."""
        return self.life(COMMERCE, firm, "成立日期", "注吊销日期", "登记状态")[0]

    def first_seen(self, firm: str) -> date:
        return next(
            one.reference_on
            for one in self.of(COMMERCE)
            if any((row["统一社会信用代码"] or row["注册号"]) == firm for *_, row in one.rows)
        )

    @staticmethod
    def _status(versions: Versions, day: date, status: str, ended: str) -> str:
        """The last asserted status that has taken effect by ``day``; blank before any."""
        held = ""
        for since, cells in versions:
            if cells is not None:
                dated = day_of(cells[ended]) if any(word in cells[status] for word in ENDED) else None
                if (dated or since) <= day:
                    held = cells[status]
        return held

    @staticmethod
    def excluded(cells: Cells) -> str | None:
        """Why a record is no enterprise of the rate; None: it is one."""
        uscc = cells["统一社会信用代码"]
        if uscc and not uscc.startswith("91"):
            return OUT_BY_USCC.get(uscc[:2], "other")
        if reason := OUT_BY_REGISTRATION.get(cells["登记注册类型"][:3]):
            return reason
        if cells["企业类型"]:
            return next((out for word, out in OUT_BY_TYPE.items() if word in cells["企业类型"]), None)
        if len(cells["注册号"]) == 15 and cells["注册号"][6] in "6789":
            return "individual"
        if BRANCH.search(cells["企业名称"]):
            return "branch"
        is_cooperative = "合作社" in cells["企业名称"] and not re.search("供销|信用", cells["企业名称"])
        return "cooperative" if is_cooperative else None

    @cache  # noqa: B019
    def finding(self, firm: str, day: date) -> str | None:
        rows = [
            (inspected, number, cells["排查结论"])
            for number, cells in enumerate(self.own_records(FINDINGS, firm, day))
            if (inspected := day_of(cells["排查日期"])) and inspected <= day < months_after(inspected, 12)
        ]
        return max(rows)[2] if rows else None

    @cache  # noqa: B019
    def is_live_unit(self, firm: str, day: date) -> bool:
        start, end = self.firm_life(firm)
        status = self._status(self.firms[firm], day, "登记状态", "注吊销日期")
        return (
            self.at(self.firms[firm], day) is not None
            and start <= day < end
            and not any(word in status for word in (*ENDED, *INACTIVE))
            and self.finding(firm, day) not in OUT_OF_BASE
        )

    def in_base(self, firm: str, day: date) -> bool:
        cells = self.at(self.firms[firm], day)
        return cells is not None and self.excluded(cells) is None and self.is_live_unit(firm, day)

    def is_enterprise(self, firm: str) -> bool:
        """Held by the registry on ``valid_on``, and in scope."""
        cells = self.at(self.firms[firm], self.valid_on)
        return cells is not None and self.excluded(cells) is None

    def district(self, firm: str, day: date) -> str:
        cells = self.at(self.firms[firm], day) or {"街道代码": "", "住所": ""}
        if cells["街道代码"]:
            return cells["街道代码"][:6]
        return next((code for name, code in DISTRICTS.items() if name in cells["住所"]), "unknown")

    # -- covered -----------------------------------------------------------------------------------

    @cache  # noqa: B019
    def covered(self, day: date) -> dict[str, str]:
        """Firm → kind of cover on ``day``."""
        turn = self._turn(day)
        normal = {}
        for union, versions in self.records(UNIONS).items():
            cells = self.at(versions, day)
            founded, ended = self.life(UNIONS, union, "成立日期", "撤销日期", "状态")
            status = self._status(versions, day, "状态", "撤销日期")
            if cells and founded and founded <= day < ended and status in ("", "正常"):
                normal[union] = cells["工会类型"]
        best: dict[str, str] = {}

        def covers(firm: str, kind: str) -> None:
            if firm not in best or ORDER.index(kind) < ORDER.index(best[firm]):
                best[firm] = kind

        for union, firm in self.linked(UNIONS, turn).items():
            if normal.get(union) in ("单独", "联合"):
                covers(firm, COVER[normal[union]])
        for key, firm in self.linked(LINES, turn).items():
            cells = self._last_of_life(self.records(LINES)[key], day)
            kind = COVER.get(normal.get(cells["工会编号"], ""), "") if cells else ""
            if cells and kind in ("joint", "federation"):
                starts, ends = day_of(cells["起始日期"]), day_of(cells["终止日期"])
                if starts and starts <= day < (ends or LATEST):
                    covers(firm, kind)
        return best

    def _last_of_life(self, versions: Versions, day: date) -> Cells | None:
        """What a line says last of the life it is in on ``day``; a line gone and back begins another."""
        last = None
        for since, cells in versions:
            if since > self.valid_on or (since > day and cells is None):
                break
            last = cells
        return last

    # -- since when --------------------------------------------------------------------------------

    @cached_property
    def days(self) -> list[date]:
        """Every day up to ``valid_on`` on which anything may change."""
        found = {self.valid_on, *(day for day in self._turns if day != date.min)}
        tables = [self.firms, *(self.records(feed) for feed in (UNIONS, LINES, FINDINGS))]
        for table in tables:
            for versions in table.values():
                for _, cells in versions:
                    for column in ("成立日期", "注吊销日期", "撤销日期", "起始日期", "终止日期", "排查日期"):
                        if day := day_of((cells or {}).get(column, "")):
                            found |= {day, *([months_after(day, 12)] if column == "排查日期" else [])}
        return sorted(day for day in found if day <= self.valid_on)

    def gap_since(self, firm: str) -> date:
        """First day of the unbroken run up to ``valid_on`` in the base and not covered."""
        since = self.valid_on
        for day in reversed(self.days):
            if not self.in_base(firm, day) or firm in self.covered(day):
                break
            since = day
        return since

    def first_covered(self, firm: str) -> date | None:
        start, _ = self.firm_life(firm)
        return next((day for day in self.days if day >= start and firm in self.covered(day)), None)

    def due_on(self, firm: str) -> date:
        return months_after(self.firm_life(firm)[0], 6)

    # -- staff -------------------------------------------------------------------------------------

    def staff(self, firm: str) -> int | None:
        """The head count of ``valid_on``: tax, then hr, then the registry, then its own union."""
        day = self.valid_on
        periods: dict[date, int] = {}
        for cells in self.own_records(TAX, firm, day):
            year, month = int(cells["所属期"][:4]), int(cells["所属期"][4:])
            end, count = date(year, month, monthrange(year, month)[1]), number(cells["职工人数"])
            if count and end <= day < months_after(end, 16):
                periods[end] = max(count, periods.get(end, 0))
        if periods:
            return periods[max(periods)]
        months: dict[date, int] = {}
        for cells in self.own_records(HR, firm, day):
            month = date(int(cells["统计月份"][:4]), int(cells["统计月份"][4:]), 1)
            schemes = [number(cells[f"{kind}参保人数"]) or 0 for kind in ("养老", "工伤", "失业")]
            if cells["参保状态"] == "参保" and max(schemes) and month <= day < months_after(month, 7):
                months[month] = months.get(month, 0) + max(schemes)
        if months:
            return months[max(months)]
        said = number((self.at(self.firms[firm], day) or {}).get("从业人数", ""))
        if said and self.first_seen(firm) <= day:
            return said
        own = [cells for cells in self.own_records(UNIONS, firm, day) if cells["工会类型"] == "单独"]
        counts = [number(cells["职工人数"]) for cells in sorted(own, key=lambda one: one["成立日期"])]
        return (
            next((count for count in counts if count), None) if self.covered(day).get(firm) == "own" else None
        )

    def frozen(self) -> dict[str, str | None]:
        """Member of the frozen base → its firm; what matches none is its own member."""
        linked = self.linked(LISTED, self._turn(self.valid_on))
        members: dict[str, str | None] = {}
        for key in self.records(LISTED):
            firm = linked.get(key)
            if firm is None:
                members[key] = None
                continue
            _, end = self.firm_life(firm)
            status = self._status(self.firms[firm], self.valid_on, "登记状态", "注吊销日期")
            gone = end <= self.valid_on or any(word in status for word in ENDED)
            if not gone and self.finding(firm, self.valid_on) != "事实不存在":
                members[firm] = firm
        return members


def number(text: str) -> int | None:
    """A usable head count."""
    return int(text) if re.fullmatch(r"\d+", text) and 1 <= int(text) <= 1_000_000 else None


DISTRICTS = {
    "中山区": "210202",
    "西岗区": "210203",
    "沙河口区": "210204",
    "甘井子区": "210211",
    "旅顺口区": "210212",
    "金州区": "210213",
    "长海县": "210224",
    "瓦房店市": "210281",
    "普兰店市": "210282",
    "庄河市": "210283",
}


def count(values: Iterable[object]) -> int:
    """How many are true."""
    return sum(1 for value in values if value)


def day_before(day: date) -> date:
    return day - timedelta(days=1)
