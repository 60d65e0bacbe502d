"""The Chinese words of reports: names of bases, groupings, feeds and reasons, and the definitions printed."""

from typing import TYPE_CHECKING

from jianhui.publish.report_figures import percent_bounds

if TYPE_CHECKING:
    from jianhui.publish.report.base_lines import ReportContext

BASE_NAMES = {
    "frozen": "固化基数",
    "live": "实有企业",
    "live_25": "职工25人以上实有企业",
    "due": "已到建会期限实有企业",
}
GROUPING_NAMES = {
    "city": "全市",
    "district": "区市县",
    "managing_area": "管理区域",
    "street": "街道（乡镇）",
    "industry": "行业门类",
    "ownership": "经济类型",
    "size": "职工规模",
}
FEED_NAMES = {
    "commerce": "工商登记",
    "tax": "税务登记与代收工会经费",
    "hr": "人社参保单位",
    "union_organisations": "工会组织登记",
    "union_coverage": "联合工会涵盖单位",
    "verifications": "排查结果",
    "base_list": "固化基数清单",
    "assessment_entries": "目标考核填报",
    "cadre_posts": "工会干部任职",
    "cadre_reviews": "工会领导班子考察",
    "chair_reviews": "双亮双履双述双评",
    "congress_activities": "代表大会及学习宣传贯彻活动",
    "congress_candidates": "代表大会代表、委员候选人",
    "congress_quotas": "代表大会名额与构成方案",
    "demonstration_units": "双亮双履双述双评示范单位",
    "five_good_grades": "AAA五好等级工会评定",
    "founding_quality": "建会质量评价",
    "institution_building": "建制建家",
    "member_groups": "会员群体统计",
    "member_surveys": "会员知晓参与满意测评",
    "organisations": "机关事业单位与社会组织",
    "plan_milestones": "工作要点事项",
    "plan_targets": "规划与年度目标",
    "responsible_cadres": "企业建会责任分工",
    "term_extensions": "延期换届",
    "term_inspections": "换届专项督查",
    "townships": "乡镇街道工会基本情况",
    "training_attendance": "工会干部参训情况",
    "training_sessions": "工会干部培训班",
    "union_elections": "工会选举",
    "union_funds": "工会经费收支",
    "work_safety": "安监检查单位",
}
REGISTERS = ("commerce", "tax", "hr", "union_organisations", "union_coverage")
"""Feeds whose arrival the bulletin speaks of; findings and base lists come when there are any."""

REASON_NAMES = {
    "no_match": "无对应企业",
    "ambiguous_code": "代码对应多家",
    "ambiguous_name": "名称对应多家",
    "code_conflict": "代码不一致",
    "code_name_conflict": "代码与名称指向不同企业",
    "parent_named": "名称是总机构的，所在地只有其分支机构",
    "judged_different": "经人工判断不是该企业",
    "judged_none": "经人工判断不属于本市企业",
}
OTHER_KIND_NAMES = {
    "branch": "分支机构",
    "individual": "个体工商户",
    "cooperative": "农民专业合作社",
    "institution": "机关事业单位",
    "social_organisation": "社会组织",
    "union": "工会",
    "other": "其他",
}
RULE_NAMES = {
    "establish.deadline_months": "应建会期限（自成立之日起）",
    "gap.close_within_days": "动态全覆盖：逾期缺口最长天数",
    "finding.valid_months": "排查结论有效期",
    "staff.max_age_months.tax": "税务职工人数最长有效期",
    "staff.max_age_months.hr": "参保人数最长有效期",
    "staff.max_age_months.commerce": "工商从业人数最长有效期",
    "staff.max_age_months.union": "工会登记职工人数最长有效期",
    "staff.source_order": "职工人数取数顺序",
    "staff.max_count": "职工人数可用上限",
    "obligation.basis": "25人的计数对象",
    "cohort.months": "建会时间统计的成立批次窗口",
    "fee.preparatory.recent_periods": "近期缴纳建会筹备金的所属期数",
    "links.interval_level": "建会率区间（关联误差）的置信水平",
    "due.week_days": "到期清单：一周内的天数",
    "due.horizon_days": "到期清单：一月内的天数",
    "forecast.history_months": "目标进度回看的月数",
    "forecast.window_months": "预测所用月增量的窗口",
    "forecast.min_months": "作预测所需最少月增量",
    "forecast.damping": "预测中速度逐月递减的比例",
    "forecast.min_backtests": "区间据以往误差所需最少回测数",
    "forecast.backtest_months": "预测回测的最远步数",
    "forecast.horizon_months": "预测的最远月数",
    "forecast.level": "预测区间的水平",
    "assessment.enterprise_share": "所属企业工会平均分计入总分的比例",
    "training.qualification.lookback_months": "任职之前多少个月内的岗位资格培训也算",
    "congress.study.within_days": "大会开幕后算作及时开展学习宣传的天数",
    "capacity.max_firms_per_cadre": "任务重：每名在任干部负责企业超过",
    "capacity.max_members_per_full_time": "人手少：每名专职干部服务会员超过",
}
VALUE_NAMES = {
    "tax": "税务",
    "hr": "人社",
    "commerce": "工商",
    "union": "工会",
    "staff": "职工",
    "members": "会员",
}
UNIT_NAMES = {
    "months": "个月",
    "days": "天",
    "periods": "期",
    "persons <=": "人",
    "enterprises <=": "户",
    "members <=": "人",
}

NO_UNION_REGISTER = "未接收到工会组织登记数据，建会覆盖情况无法计算，相关数字留空（“—”），不表示为零。"
NO_BASE_LIST = "本年度尚无固化基数清单，年度建会率目标不作评判，也不得以其他口径代为评判。"

DEFINITIONS = (
    "企业：在工商登记的公司及其他企业法人、个人独资企业、合伙企业。分支机构、个体工商户、农民专业合作社、"
    "机关事业单位、社会组织不计入企业建会率，另行列示。",
    "固化基数：本年度固化基数清单所列企业，扣除已注销、吊销、撤销和经排查事实不存在的企业；清单所列而无法与"
    "登记信息对应的企业仍计入基数，按未建会统计。年度建会率目标只按固化基数评判。",
    "实有企业：截至统计日已成立未终止、登记状态正常，且未经排查认定为事实不存在或异地经营的企业。",
    "职工25人以上实有企业：实有企业中职工人数在25人及以上的；职工人数不详的不计入，其数另列。",
    "已到建会期限实有企业：实有企业中应建会期限在统计日当日或以前的。",
    "已建会：由本企业单独工会、联合基层工会或区域性、行业性工会联合会覆盖。筹建中的工会、乡镇（街道）总工会、"
    "区市县总工会和产业工会不计覆盖；排查时自称“已建会”而工会登记中查无的，不计覆盖。",
    "建会率＝已建会企业数÷基数企业数。以百分比表示，保留两位小数；未达到目标或未满百分之百的，不因四舍五入"
    "显示为达到。所有比率均可由同表家数复算。",
    "动态全覆盖：没有逾期时间超过规定天数的未建会企业，即为达到。逾期天数自缺口形成日与应建会期限两者中较晚的"
    "一日起算。",
    "建会时间中位数：统计日前36个月内成立的企业，自成立至首次被覆盖所需天数的中位数（Kaplan-Meier 法）；"
    "未满半数建会的，不计算。",
    "企业归属以统计日的行政区划为准；无法确定的列入“未知”，各组之和等于全市。",
    "企业失联：指未出现在最近一次工商全量数据中的企业，仍按最后登记内容统计，其数另列。",
)


def notes(context: "ReportContext") -> list[str]:
    """What a reader must know of this release before the figures."""
    own = [] if context.has_coverage else [NO_UNION_REGISTER]
    if context.has_coverage and context.city("frozen") is None:
        own.append(NO_BASE_LIST)
    return own + [caveat for caveat in context.manifest.caveats if caveat not in own]


def link_bounds(context: "ReportContext") -> list[str]:
    """How far false and missed links may move the city's rates, as a sentence; none where it is unknown."""
    said = [
        f"{BASE_NAMES[line.base_kind]} {percent_bounds(line.rate_low, line.rate_high)}"
        for line in context.coverage
        if line.grouping == "city" and line.rate_low is not None and line.rate_high is not None
    ]
    if not said:
        return []
    return [f"计入误关联与漏关联的估计，全市建会率的区间为：{'；'.join(said)}。表列建会率未作调整。"]


def period(context: "ReportContext") -> str:
    """``2014年第一季度``, or the day for a release that is not a quarter's."""
    quarter = context.manifest.quarter
    if quarter is None:
        day = context.manifest.valid_on
        return f"截至{day.year}年{day.month}月{day.day}日"
    year, number = quarter.split("Q")
    return f"{year}年第{'一二三四'[int(number) - 1]}季度"


def assumed_rules(context: "ReportContext") -> list[str]:
    """The policy rows nobody could source, as sentences."""
    return [
        f"{RULE_NAMES.get(rule.key, rule.key)}：{_value(rule.value)}{UNIT_NAMES.get(rule.unit, '')}"
        f"（{rule.source or '无依据'}）"
        for rule in context.manifest.assumed
    ]


def _value(value: str) -> str:
    """A rule's value in Chinese; an order of words separated by ``|`` is a list."""
    return "、".join(VALUE_NAMES.get(word, word) for word in value.split("|"))
