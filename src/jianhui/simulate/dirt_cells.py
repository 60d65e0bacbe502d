"""How each class of dirt rewrites a cell: ``(text, choice, city) → text``, or None where it does not apply.

``choice`` is a number drawn for the place; the same number always gives the same text. Examples of every
class are in the domain reference, "Dirty data to generate and to survive".
"""

import re
from collections.abc import Mapping
from datetime import date, timedelta

from jianhui.simulate.dirt_units import OF_UNITS
from jianhui.simulate.places import DISTRICTS
from jianhui.simulate.surroundings import Rewrite, Surroundings

_PAIRS = (("(", ")"), ("〔", "〕"), ("【", "】"), ("[", "]"))
_BLANKS = (" ", "\u3000", "\u00a0", "\u200b")
_LOOKALIKES = dict(
    zip("亚己未土永天和玉博泰辰众科源宇成华", "亜已末士水夭知王搏秦晨从料原字咸毕", strict=True)
)
_TRADITIONAL = dict(
    zip("连华东兴业贸电机龙国达荣丰泽润实设运", "連華東興業貿電機龍國達榮豐澤潤實設運", strict=True)
)
_UNION_ENDING = re.compile(r"(基层)?(联合)?工会(委员会|联合会)?$")
_OLD_DISTRICTS = {"金州区": "金县", "普兰店市": "新金县", "瓦房店市": "复县"}
_DISTRICT = re.compile(
    f"^辽宁省(?:大连市)?(?:{'|'.join(name for name, _ in DISTRICTS.values())})(?=.+(?:街道|镇|乡))"
)
_FULL_WIDTH = str.maketrans({chr(code): chr(code + 0xFEE0) for code in range(0x30, 0x5B)})


def _brackets(text: str, choice: int, _: Surroundings) -> str | None:
    left, right = _PAIRS[choice % len(_PAIRS)]
    return text.replace("（", left).replace("）", right) if "（" in text else None


def _bracket_missing(text: str, choice: int, _: Surroundings) -> str | None:
    return text.replace("）", "", 1) if "）" in text else None


def _blanks(text: str, choice: int, _: Surroundings) -> str | None:
    at = 1 + choice // len(_BLANKS) % max(1, min(6, len(text) - 1))
    return text[:at] + _BLANKS[choice % len(_BLANKS)] + text[at:] if len(text) > 2 else None


def _swapped(*pairs: tuple[str, str]) -> Rewrite:
    """The first word of the pairs that occurs, as its counterpart."""

    def rewrite(text: str, choice: int, _: Surroundings) -> str | None:
        for word, other in pairs:
            if word in text:
                return text.replace(word, other, 1)
        return None

    return rewrite


def _province_prefix(text: str, choice: int, _: Surroundings) -> str | None:
    return None if text.startswith("辽宁") or not text else ("辽宁", "辽宁省")[choice % 2] + text


def _old_name(text: str, choice: int, city: Surroundings) -> str | None:
    ending = _UNION_ENDING.search(text)
    stem, words = (text[: ending.start()], ending[0]) if ending else (text, "")
    return city.former_names[stem] + words if stem in city.former_names else None


def _factory_company(text: str, choice: int, _: Surroundings) -> str | None:
    ending = _UNION_ENDING.search(text)
    stem, words = (text[: ending.start()], ending[0]) if ending else (text, "")
    if stem.endswith("厂"):
        return stem.removesuffix("总厂").removesuffix("厂") + "有限公司" + words
    return stem.removesuffix("有限公司") + "厂" + words if stem.endswith("有限公司") else None


def _short_name(text: str, choice: int, _: Surroundings) -> str | None:
    short = re.sub(r"(股份)?有限(责任)?公司", "", text, count=1)
    return short if short != text and len(short) > 2 else None


def _replaced_by(table: Mapping[str, str]) -> Rewrite:
    """One of the characters of ``table`` that occur, as its counterpart."""

    def rewrite(text: str, choice: int, _: Surroundings) -> str | None:
        places = [at for at, character in enumerate(text) if character in table]
        if not places:
            return None
        at = places[choice % len(places)]
        return text[:at] + table[text[at]] + text[at + 1 :]

    return rewrite


def _blanked(text: str, choice: int, _: Surroundings) -> str | None:
    return "" if text else None


def _fixed(text: str) -> Rewrite:
    """Always ``text``, where the cell held something else."""

    def rewrite(before: str, choice: int, _: Surroundings) -> str | None:
        return text if before and before != text else None

    return rewrite


# --- codes ---


def _code_hyphen(text: str, choice: int, _: Surroundings) -> str | None:
    return f"{text[:-1]}-{text[-1]}" if len(text) in (9, 15) and "-" not in text else None


def _code_lower(text: str, choice: int, _: Surroundings) -> str | None:
    return text.lower() if text.lower() != text and len(text) <= 18 else None


def _code_width(text: str, choice: int, _: Surroundings) -> str | None:
    return text.translate(_FULL_WIDTH) if text else None


def _letter_o(text: str, choice: int, _: Surroundings) -> str | None:
    return text.replace("0", "O", 1) if "0" in text and len(text) <= 18 else None


def _check_digit(text: str, choice: int, _: Surroundings) -> str | None:
    if not text[-1:].isdigit() or not text.isascii():
        return None
    return text[:-1] + str((int(text[-1]) + 1 + choice % 9) % 10)


def _old_number(text: str, choice: int, _: Surroundings) -> str | None:
    return f"2102{choice % 1_000_000_000:09d}" if text else None


def _leading_zeros(text: str, choice: int, _: Surroundings) -> str | None:
    return text.lstrip("0") or None if text.startswith("0") else None


def _scientific(text: str, choice: int, _: Surroundings) -> str | None:
    if not re.fullmatch(r"[1-9]\d{12,}", text):
        return None
    return f"{text[0]}.{text[1:6]}E+{len(text) - 1}"


def _tax_id_as_code(text: str, choice: int, _: Surroundings) -> str | None:
    inside = text[8:17] if len(text) == 18 else text
    return f"210200{inside}" if len(inside) == 9 else None


def _placeholder(text: str, choice: int, _: Surroundings) -> str | None:
    return ("0", "1", "9")[choice % 3] * len(text) if text else None


# --- dates, places, lives ---


def _day(text: str) -> date | None:
    """The clean files write days as ``2014-03-31``; what another error made of one may be no day."""
    if not re.fullmatch(r"\d{4}-\d\d-\d\d", text):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _date_style(text: str, choice: int, _: Surroundings) -> str | None:
    day = _day(text)
    if day is None:
        return None
    y, m, d = day.year, day.month, day.day
    serial = str(day.toordinal() - date(1899, 12, 30).toordinal())
    loose = (f"{y}-{m}-{d}", f"{y}.{m}.{d}", f"{y}/{m}/{d}", f"{y}年{m}月{d}日")
    styles = (f"{y}{m:02d}{d:02d}", *loose, serial)
    return styles[choice % len(styles)]


def _date_impossible(text: str, choice: int, _: Surroundings) -> str | None:
    return f"{text[:4]}-02-30" if _day(text) else None


def _date_future(text: str, choice: int, city: Surroundings) -> str | None:
    return f"{city.start.year + 20 + choice % 20}{text[4:8]}01" if _day(text) else None


def _founded_yesterday(text: str, choice: int, city: Surroundings) -> str | None:
    return (city.start - timedelta(days=1)).isoformat() if _day(text) else None


def _end_before_start(text: str, choice: int, _: Surroundings) -> str | None:
    return f"19{50 + choice % 30}{text[4:]}" if _day(text) and text[5:] != "02-29" else None


def _old_district(text: str, choice: int, _: Surroundings) -> str | None:
    for name, old in _OLD_DISTRICTS.items():
        if name in text:
            return text.replace(name, old, 1)
    return None


def _no_district(text: str, choice: int, _: Surroundings) -> str | None:
    return _DISTRICT.sub("", text, count=1) if _DISTRICT.search(text) else None


def _address_width(text: str, choice: int, _: Surroundings) -> str | None:
    return text.translate(_FULL_WIDTH)


def _status_words(text: str, choice: int, _: Surroundings) -> str | None:
    longer = {
        "存续": "存续（在营、开业、在册）",
        "在营": "在营（开业）企业",
        "吊销": "吊销，未注销",
        "注销": "已注销",
    }
    return longer.get(text)


def _status_wrong(text: str, choice: int, _: Surroundings) -> str | None:
    return "注销" if text.startswith(("存续", "在营", "开业")) else None


# --- counts ---


def _count_text(text: str, choice: int, _: Surroundings) -> str | None:
    return f"约{text}人" if text.isdigit() else None


def _count_style(text: str, choice: int, _: Surroundings) -> str | None:
    if not text.isdigit():
        return None
    if len(text) > 3:
        return f"{int(text):,}"
    return (f"{text}.0", text.translate(_FULL_WIDTH))[choice % 2]


def _insured_above_staff(text: str, choice: int, _: Surroundings) -> str | None:
    return str(int(text) * 2 + 10) if text.isdigit() and int(text) else None


REWRITES: Mapping[str, Rewrite] = {
    "brackets": _brackets,
    "bracket_missing": _bracket_missing,
    "blanks": _blanks,
    "legal_form": _swapped(
        ("股份有限公司", "股份公司"), ("有限责任公司", "有限公司"), ("有限公司", "有限责任公司")
    ),
    "city_prefix": _swapped(("大连市", "大连"), ("大连", "大连市")),
    "province_prefix": _province_prefix,
    "old_name": _old_name,
    "factory_company": _factory_company,
    "short_name": _short_name,
    "lookalike": _replaced_by(_LOOKALIKES),
    "traditional": _replaced_by(_TRADITIONAL),
    "code_missing": _blanked,
    "code_hyphen": _code_hyphen,
    "code_lower": _code_lower,
    "code_width": _code_width,
    "letter_o": _letter_o,
    "check_digit": _check_digit,
    "old_number": _old_number,
    "leading_zeros": _leading_zeros,
    "scientific": _scientific,
    "tax_id_as_code": _tax_id_as_code,
    "placeholder": _placeholder,
    "date_style": _date_style,
    "date_zero": _fixed("0001-01-01"),
    "date_impossible": _date_impossible,
    "date_future": _date_future,
    "founded_yesterday": _founded_yesterday,
    "old_district": _old_district,
    "no_district": _no_district,
    "no_street_code": _blanked,
    "address_width": _address_width,
    "end_undated": _blanked,
    "end_before_start": _end_before_start,
    "status_words": _status_words,
    "status_wrong": _status_wrong,
    "count_zero": _fixed("0"),
    "count_blank": _blanked,
    "count_one": _fixed("1"),
    "count_huge": _fixed("99999"),
    "count_text": _count_text,
    "count_style": _count_style,
    "insured_above_staff": _insured_above_staff,
    **OF_UNITS,
}
"""Class of dirt at the level of cells → how it rewrites."""
