"""The notice that goes out when a published quarter is revised or taken back: Word and text, in Chinese."""

from datetime import date

from jianhui.publish.compare import Comparison
from jianhui.publish.compare_words import beside_table, paragraphs
from jianhui.publish.official_letter import Letter, Part
from jianhui.publish.release_feed import CORRECTION, WITHDRAWAL

ADDRESSEES = "各区市县总工会、各产业工会："


def revision_notice(
    quarter: str, number: int, reason: str, comparison: Comparison, *, issuer: str, by: str, day: date
) -> Letter:
    """A correction: what replaces what, why, what moved by which cause, what to do with the old figures."""
    a, b = comparison.a, comparison.b
    first, second = (side.name.rpartition("-r")[2] for side in (a, b))
    return Letter(
        title=f"{CORRECTION}{quarter_words(quarter)}\n企业建会情况统计的通知",
        addressees=ADDRESSEES,
        opening=[
            f"此前公布的{quarter_words(quarter)}企业建会情况统计（第{first}版），现予第{number}次修订。"
            f"自本通知印发之日起，以第{second}版为准，第{first}版停止使用，存档备查。现将有关情况通知如下："
        ],
        parts=[
            Part("修订理由", [_sentence(reason)]),
            Part("主要数据更正情况", table=beside_table(comparison)),
            Part("变动原因", paragraphs(comparison)),
            Part("有关要求", ["已引用原数据的材料，请及时更正；已报送的，请一并说明。"]),
        ],
        closing="特此通知。",
        issuer=issuer,
        day=day,
        remark=f"经办人：{by}；版本编号：{b.name}，取代{a.name}",
    )


def withdrawal_notice(
    quarter: str, release_id: str, reason: str, stands: str | None, *, issuer: str, by: str, day: date
) -> Letter:
    """A withdrawal, and what stands now."""
    after = (
        f"在新的版本公布之前，以第{stands.rpartition('-r')[2]}版（{stands}）为准。"
        if stands
        else "在新的版本公布之前，请勿引用该季度统计。"
    )
    return Letter(
        title=f"{WITHDRAWAL}{quarter_words(quarter)}\n企业建会情况统计的通知",
        addressees=ADDRESSEES,
        opening=[
            f"此前公布的{quarter_words(quarter)}企业建会情况统计"
            f"（第{release_id.rpartition('-r')[2]}版）现予撤回，存档备查。{after}",
            f"撤回理由：{_sentence(reason)}",
        ],
        parts=[],
        closing="特此通知。",
        issuer=issuer,
        day=day,
        remark=f"经办人：{by}；版本编号：{release_id}",
    )


def quarter_words(quarter: str) -> str:
    """``2014Q1`` → ``2014年第一季度``."""
    year, number = quarter.split("Q")
    return f"{year}年第{'一二三四'[int(number) - 1]}季度"


def _sentence(text: str) -> str:
    return text if text.endswith(("。", "！", "；")) else f"{text}。"
