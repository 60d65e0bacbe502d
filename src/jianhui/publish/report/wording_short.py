"""The wording of the short papers: the leader's one-page brief, and the monthly bulletin."""

from jianhui.publish.report.wording import (
    BLANK,
    ELSE,
    END,
    END_EACH,
    Block,
    TableColumn,
    each,
    when,
)

_TEXT, _HEAD = "简报正文", "简报标题"

BRIEF_COLUMNS = (
    TableColumn("指标", "名称", 52),
    TableColumn("本期", "本期", 30),
    TableColumn("目标或要求", "目标", 32),
    TableColumn("情况", "情况", 42),
)

BRIEF = (
    Block("公文标题", "{{ 期间 }}{{ 范围 }}工会组织建设情况专报"),
    Block("图注", "{{ 发文机关 }}　　数据截至{{ 截至 }}　　版本{{ 版本 }}"),
    Block(_HEAD, "一、主要指标"),
)
BRIEF_END = (
    Block(_HEAD, "二、变动"),
    Block(_TEXT, "{{ 比较 }}{% if 原因 %}{{ 原因 }}{% endif %}{{ 位次.说明 }}"),
    Block(_HEAD, "三、需要关注"),
    each("项", "要点", _TEXT),
    Block(_TEXT, "{{ loop.index }}. {{ 项 }}"),
    END_EACH,
    when("not 要点", _TEXT),
    Block(_TEXT, "本期没有需要特别关注的情况。"),
    END,
    when("未列指标", _TEXT),
    Block("图注", "因数据未到位本期未作统计的：{{ 未列指标 }}。"),
    END,
)

MONTHLY = (
    Block("公文标题", "{{ 期间 }}{{ 范围 }}工会组织建设工作简报"),
    Block("图注", "{{ 发文机关 }}　　数据截至{{ 截至 }}"),
    BLANK,
    when("not 有覆盖数据"),
    Block(
        "公文正文",
        "截至{{ 截至 }}，{{ 范围 }}实有企业{{ 实有.企业数 }}家。因未接收到工会组织登记数据，"
        "本月不统计建会情况。",
    ),
    ELSE,
    Block(
        "公文正文",
        "截至{{ 截至 }}，{{ 范围 }}实有企业{{ 实有.企业数 }}家，已建会{{ 实有.已建会 }}家，"
        "建会率{{ 实有.建会率 }}，"
        "尚有{{ 实有.未建会 }}家未建会。{% if 固化 %}按固化基数统计，"
        "建会率{{ 固化.建会率 }}，{{ 固化.评判 }}。{% endif %}"
        "{{ 比较 }}",
        "一、建会进度。",
    ),
    Block(
        "公文正文",
        "{% if 期内 %}{{ 期内.起 }}以来，在册企业新增建会{{ 期内.新增建会 }}家、"
        "失去覆盖{{ 期内.失去覆盖 }}家，"
        "实有企业建会率{{ 期内.变动 }}。{% endif %}{% if 动态.有数据 %}逾期未建会企业{{ 动态.逾期 }}家，"
        "其中逾期90天以上的{{ 动态.逾期九十天以上 }}家。{% endif %}",
        "二、动态情况。",
    ),
    Block("公文正文", "{{ 位次.说明 }}", "三、位次。"),
    END,
    each("项", "问题"),
    Block("公文正文", "{{ 项.文 }}", "{{ 项.题 }}。"),
    END_EACH,
    Block("附件标题", "{{ 下级 }}企业建会情况"),
)
MONTHLY_END = (Block("表注", "数据版本：{{ 版本 }}。口径同季度通报。"),)
