"""The wording of the bulletin: what :mod:`docx_template` sets in Word, placeholders for docxtpl included.

``{{ … }}`` is replaced by text of the bulletin's context, ``{%p … %}`` keeps or drops whole paragraphs.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Block:
    """One paragraph: its style, its lead in 楷体 (if any) and its text."""

    style: str
    text: str
    lead: str = ""
    page_break_before: bool = False


@dataclass(frozen=True)
class TableColumn:
    """A column of the table of districts: header, field of the context's row, width."""

    header: str
    field: str
    width_mm: float


def _heading(text: str) -> Block:
    return Block("一级标题", text)


def _item(lead: str, text: str) -> Block:
    return Block("公文正文", text, lead)


def _when(condition: str) -> Block:
    return Block("公文正文", f"{{%p if {condition} %}}")


_ELSE = Block("公文正文", "{%p else %}")
_END = Block("公文正文", "{%p endif %}")
_BLANK = Block("公文正文", "")
_BLANK_AT_END = Block("正文结尾", "")

_OVERALL = (
    _heading("一、总体情况"),
    _when("not has_coverage"),
    _item(
        "（一）建会率。",
        "截至{{ as_of }}，全市实有企业{{ live.n_base }}家。因未接收到工会组织登记数据，"
        "企业是否建会无法判断，"
        "本期不计算建会率，不评判年度目标完成情况；有关数字留空，不表示为零。",
    ),
    _ELSE,
    _when("frozen"),
    _item(
        "（一）固化基数建会率。",
        "按本年度固化基数统计，全市基数企业{{ frozen.n_base }}家，已建会{{ frozen.n_covered }}家，"
        "建会率{{ frozen.rate }}，{{ frozen.judgement }}。其中，单独建会{{ frozen.n_own }}家，"
        "联合工会覆盖"
        "{{ frozen.n_joint }}家，区域性、行业性工会联合会覆盖{{ frozen.n_federation }}家。",
    ),
    _ELSE,
    _item(
        "（一）固化基数建会率。",
        "本年度尚无固化基数清单，年度建会率目标本期不作评判。下列其他口径的建会率供掌握情况使用，"
        "不得用于评判目标。",
    ),
    _END,
    _item(
        "（二）实有企业建会率。",
        "按实有企业统计，全市共有企业{{ live.n_base }}家，已建会{{ live.n_covered }}家，"
        "建会率{{ live.rate }}，"
        "尚有{{ live.n_uncovered }}家未建会。其中，职工25人以上企业{{ live_25.n_base }}家，已建会"
        "{{ live_25.n_covered }}家，建会率{{ live_25.rate }}；"
        "职工人数不详的{{ live_25.n_staff_unknown }}家企业"
        "未计入职工25人以上企业。",
    ),
    _when("trend"),
    _item(
        "（三）变化情况。",
        "与{{ trend.since }}相比，"
        "实有企业由{{ trend.n_base_before }}家变为{{ trend.n_base_now }}家，已建会企业由"
        "{{ trend.n_covered_before }}家变为{{ trend.n_covered_now }}家，"
        "实有企业建会率由{{ trend.rate_before }}变为"
        "{{ trend.rate_now }}，{{ trend.change }}。"
        "其间在册企业新增建会{{ trend.n_newly_covered }}家，失去覆盖"
        "{{ trend.n_lost_cover }}家。",
    ),
    _END,
    _END,
)

_DYNAMIC = (
    _heading("二、动态覆盖情况"),
    _when("not has_coverage"),
    Block("公文正文", "因未接收到工会组织登记数据，本期不统计动态覆盖情况。"),
    _ELSE,
    _item(
        "（一）到期建会情况。",
        "截至{{ as_of }}，已到建会期限的企业{{ dynamic.n_due }}家，"
        "已建会{{ dynamic.n_due_covered }}家，到期建会率"
        "{{ dynamic.rate }}。{{ deadline_rule }}",
    ),
    _item(
        "（二）逾期未建会情况。",
        "逾期未建会企业共{{ dynamic.n_overdue }}家，"
        "其中逾期30天以内的{{ dynamic.n_overdue_0_30 }}家，31天至90天的"
        "{{ dynamic.n_overdue_31_90 }}家，90天以上的{{ dynamic.n_overdue_over_90 }}家。"
        "{{ dynamic.reached }}",
    ),
    _item("（三）建会所需时间。", "{{ dynamic.median }}"),
    _END,
)

_PROBLEMS = (
    _heading("三、存在问题"),
    _when("has_coverage"),
    _item("（一）部分地区建会率偏低。", "{{ problems.low }}"),
    _item("（二）逾期未建会企业仍然存在。", "{{ problems.overdue }}"),
    _item("（三）基础数据有待核实。", "{{ problems.data }}"),
    _ELSE,
    Block("公文正文", "{{ problems.data }}"),
    _END,
)

_NEXT = (
    _heading("四、下步要求"),
    _item(
        "（一）逐户排查销号。",
        "各区市县总工会要对照未建会企业台账逐户排查，如实填写排查结论、未建会原因、拟建形式、"
        "责任单位、责任人和"
        "完成时限，优先办理逾期企业，建成一家、销号一家。{{ demands.overdue }}",
    ),
    _item(
        "（二）核准企业底数。",
        "对已注销、事实不存在、异地经营的企业，要据实填报，不得虚报建会，"
        "不得以其他口径代替固化基数。"
        "{{ demands.unmatched }}",
    ),
    Block(
        "正文结尾",
        "要加强与工商、税务、人社等部门的信息比对，按时报送、及时更新有关数据。{{ demands.feeds }}",
        "（三）畅通数据报送。",
    ),
)

BODY = (
    Block("公文标题", "{{ title }}"),
    _BLANK,
    Block("主送机关", "各区市县总工会、各产业工会："),
    Block(
        "公文正文",
        "现将{{ period }}全市工会组织建设工作情况通报如下。本通报数据截至{{ as_of }}，"
        "由{{ sources }}数据比对形成。"
        "已建会企业包括单独建会和由联合工会、区域性或行业性工会联合会覆盖的企业，下同。",
    ),
    *_OVERALL,
    *_DYNAMIC,
    *_PROBLEMS,
    *_NEXT,
    _BLANK_AT_END,
    Block("附件说明", "附件：1. 各区市县企业建会情况表"),
    Block("附件说明", "　　　2. 统计口径说明"),
    _BLANK_AT_END,
    _BLANK_AT_END,
    Block("发文机关", "{{ issuer }}"),
    Block("成文日期", "{{ issued_on }}"),
)

TABLE_COLUMNS = (
    TableColumn("区市县", "name", 20),
    TableColumn("固化基数", "frozen_base", 14),
    TableColumn("已建会", "frozen_covered", 13),
    TableColumn("建会率", "frozen_rate", 19),
    TableColumn("实有企业", "live_base", 14),
    TableColumn("已建会", "live_covered", 13),
    TableColumn("建会率", "live_rate", 19),
    TableColumn("未建会", "live_uncovered", 13),
    TableColumn("逾期90天以上", "overdue_over_90", 16),
    TableColumn("动态全覆盖", "is_reached", 15),
)

ATTACHED_NOTES = (
    Block("附件", "附件2", page_break_before=True),
    Block("附件标题", "统计口径说明"),
    Block("说明标题", "一、本期须注意的事项"),
    Block("说明文字", "{%p for line in notes %}"),
    Block("说明文字", "{{ loop.index }}. {{ line }}"),
    Block("说明文字", "{%p endfor %}"),
    Block("说明标题", "二、指标口径"),
    Block("说明文字", "{%p for line in definitions %}"),
    Block("说明文字", "{{ loop.index }}. {{ line }}"),
    Block("说明文字", "{%p endfor %}"),
    Block("说明标题", "三、尚无文件依据、暂按下列假定执行的规则"),
    Block("说明文字", "{%p for line in assumed %}"),
    Block("说明文字", "{{ loop.index }}. {{ line }}"),
    Block("说明文字", "{%p endfor %}"),
    Block("说明文字", "数据版本：{{ release_id }}。"),
)
