"""Cells as text: what counts as empty, and the canonical forms by which keys and names are compared.

Every function comes twice and agrees with itself: for one text (``str | None -> str | None``) and,
with the suffix ``_expr``, for a column (``pl.Expr -> pl.Expr``, String to String). A null stays null.
The forms are those of the method ("Units"): NFKC, no blanks or hyphens, upper case.
"""

import re
import unicodedata

import polars as pl

# Blanks of every width, controls, and the invisible characters agencies' exports carry along.
# Written out (not as \p{Cf}) so that Python's and polars' regular expressions mean the same.
_INVISIBLE = r"[\s\x00-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufffc]"
_HYPHEN = r"[\-\u2010-\u2015\u2043\u2212\u2e3a\u2e3b]"
_OPENING = r"[\[{<\u3008\u300a\u300c\u300e\u3010\u3014\u3016\u3018\u301a\u2039\u00ab\u2329\u27e8]"
_CLOSING = r"[\]}>\u3009\u300b\u300d\u300f\u3011\u3015\u3017\u3019\u301b\u203a\u00bb\u232a\u27e9]"

EMPTY_WORDS = ("", "无", "NULL", "N/A")
"""Canonical keys that say "nothing here". A lone hyphen is one too: its key is the empty text."""

# 工会 with the words that may stand round it, at the end of the name of a union. What stands before them
# tells which body of the unit it is (机关, 本部, 职工), which term, or that it is still being prepared.
_NUMERAL = r"[一二三四五六七八九十百\d]{1,4}"
_UNION_WORDS = (
    rf"(?:\(?第{_NUMERAL}届\)?)?"
    r"(?:\(?(?:机关|本部|总部|直属|基层|联合|职工|全体职工|区域性?|行业性?|第[一二三四五六七八九十\d]{1,3}|总|分)\)?)*"
    rf"(?:\(?(?:总?工会|工会组织)\)?(?:\(?第{_NUMERAL}届\)?)?"
    r"\(?(?:基层|联合|工作|筹备|临时)*(?:委员会|委员|联合会|小组|组|筹备组|分会|支会)?\)?|基层委员会)"
    r"(?:\(筹(?:备|建)?(?:中|组)?\)|筹备组|筹备委员会)?$"
)
# 中国工会X委员会, and the industrial unions': 中国铁路工会X委员会, 中国教育工会X委员会.
_UNION_IN_FULL = r"^中国(?:[^()]{2,8})?工会(.{3,}?)(?:基层委员会|机关委员会|委员会|联合会)$"

# The same words in traditional characters, and bodies of a union.
_UNION_TRADITIONAL = {"工會": "工会", "委員會": "委员会", "聯合": "联合", "籌": "筹", "機關": "机关"}
# What an area's or a trade's union stands for: no unit of its own, but a county, a street office, a trade.
_AREA = r"(?:[省市县区州盟旗镇乡]|街道|社区|村|园区|开发区|新区|商圈|楼宇|行业|系统|产业|[企事]业|八大群体|商会|协会)"  # noqa: E501

_RE_INVISIBLE = re.compile(_INVISIBLE)
_RE_ENDS = re.compile(rf"^{_INVISIBLE}+|{_INVISIBLE}+$")
_RE_HYPHEN = re.compile(_HYPHEN)
_RE_OPENING = re.compile(_OPENING)
_RE_CLOSING = re.compile(_CLOSING)
_RE_UNION_WORDS = re.compile(_UNION_WORDS)
_RE_UNION_IN_FULL = re.compile(_UNION_IN_FULL)


def canonical_key(text: str | None) -> str | None:
    """The form in which keys are compared: NFKC, no blanks, no hyphens, upper case; empty → null."""
    if text is None:
        return None
    key = _RE_INVISIBLE.sub("", unicodedata.normalize("NFKC", text))
    key = _RE_HYPHEN.sub("", key).upper()
    return None if key in EMPTY_WORDS else key


def canonical_key_expr(column: pl.Expr) -> pl.Expr:
    """:func:`canonical_key` of a String column."""
    key = column.str.normalize("NFKC").str.replace_all(_INVISIBLE, "")
    key = key.str.replace_all(_HYPHEN, "").str.to_uppercase()
    return pl.when(~key.is_in(EMPTY_WORDS)).then(key)


def canonical_name(text: str | None) -> str | None:
    """The form in which names are compared: :func:`canonical_key` with every bracket kind as ``()``."""
    key = canonical_key(text)
    return None if key is None else _RE_CLOSING.sub(")", _RE_OPENING.sub("(", key))


def canonical_name_expr(column: pl.Expr) -> pl.Expr:
    """:func:`canonical_name` of a String column."""
    key = canonical_key_expr(column)
    return key.str.replace_all(_OPENING, "(").str.replace_all(_CLOSING, ")")


def is_empty(text: str | None) -> bool:
    """Whether a cell says nothing: null, blank, or one of 无, -, NULL, N/A in any width and case."""
    return canonical_key(text) is None


def is_empty_expr(column: pl.Expr) -> pl.Expr:
    """:func:`is_empty` of a String column (Boolean, never null)."""
    return canonical_key_expr(column).is_null()


def display(text: str | None) -> str | None:
    """The agency's own words for showing: trimmed of blanks and invisible characters; empty → null."""
    if text is None or is_empty(text):
        return None
    return _RE_ENDS.sub("", text)


def display_expr(column: pl.Expr) -> pl.Expr:
    """:func:`display` of a String column."""
    trimmed = column.str.replace_all(rf"^{_INVISIBLE}+|{_INVISIBLE}+$", "")
    return pl.when(~is_empty_expr(column)).then(trimmed)


def union_stem(text: str | None) -> str | None:
    """A union's name less the union words: the canonical name of the unit inside, or null.

    ``大连甲乙有限公司工会委员会`` → ``大连甲乙有限公司``. A name without union words is its own stem;
    a name of nothing but union words has none.
    """
    name = canonical_name(text)
    if name is None:
        return None
    stem = _RE_UNION_WORDS.sub("", _RE_UNION_IN_FULL.sub(r"\1", name))
    return stem or None


def union_stem_expr(column: pl.Expr) -> pl.Expr:
    """:func:`union_stem` of a String column."""
    stem = canonical_name_expr(column).str.replace(_UNION_IN_FULL, "$1").str.replace(_UNION_WORDS, "")
    return pl.when(stem != "").then(stem)


_RE_AREA_UNION = re.compile(
    r"(?:总工会|工会(?:工作委员会|联合会)|联合工会(?:委员会)?|产业工会|工会联合委员会)(?:\(筹\))?$"
)
_RE_OF_AREA = re.compile(
    rf"{_AREA}$|(?:建筑|教育|卫生|餐饮|快递|物流|货运|运输|服务|[^公]司?机)业$|个体私营企业$"
)
_RE_INDUSTRY = re.compile(r"^中国(?:[^()]{2,8})?工会(.{2,}?[省市县区州盟旗])委员会$")
_RE_SYSTEM = re.compile(r"(?:系统|行业)(?:基层|联合)?工会(?:委员会|联合会)?$")


def union_host(text: str | None) -> str | None:
    """The unit a union belongs to: :func:`union_stem`, and null where the union is an area's or a trade's.

    ``石屏县总工会`` and ``昆明市快递行业工会联合会`` stand for no unit; ``株洲甲集团有限公司工会联合会`` does.
    """  # noqa: E501
    name = canonical_name(text)
    if name is None:
        return None
    for traditional, plain in _UNION_TRADITIONAL.items():
        name = name.replace(traditional, plain)
    stem = union_stem(name)
    if stem is None or _RE_INDUSTRY.search(name) or _RE_SYSTEM.search(name):
        return None
    return None if _RE_AREA_UNION.search(name) and _RE_OF_AREA.search(stem) else stem
