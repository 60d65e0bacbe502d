"""Names of enterprises taken apart: region · brand · trade · legal form · branch.

``大连市鑫海船舶配件有限公司第三分公司`` is 大连 · 鑫海 · 船舶配件 · 有限公司 · 第三分公司
(企业名称登记管理规定: a name is division, brand, trade, form; a branch's is its parent's and a suffix).
A name is no bag of words: what differs in the brand tells firms apart, what differs in the form seldom
does. Everything here reads canonical names (``text.canonical_name``) and is a pure function of them and of
the word tables.

The reading is per distinct name and column-wise; columns of :data:`PARTS`:

==============  ====================================================================================
folded          the name in standard characters, without quotes and separators
region          region codes (``core.regions``) of the places the name begins with or sets in brackets,
                joined by ``|`` where they may be one or the other; ``""`` where it says none
places          those words as written, joined by ``|``
town            the town, township or street office behind them (临山镇), ``""`` where it says none
lead            the stem of a county or district at the front of the core (淳安), which may be a place or the
                beginning of the brand, ``""`` where there is none or a place stands before it;
                ``lead_region``: its region codes
core            what is left of brand and trade: region, brackets' places, form, branch and 集团 taken off
brand, trade    the core cut before its first trade word; ``brand`` is at least two characters long
form            class of the legal form (``words/legal_forms.csv``), ``""`` where the name says none
form_said       the form as written, with 集团 before it
branch          the words behind the parent's name, ``""`` for a name of a whole
branch_kind     class of its last word (``words/branch_endings.csv``)
numbers         numerals of core and branch, in order, joined by ``|`` (第三, 12)
is_group        whether the name says 集团
==============  ====================================================================================
"""

import re
from functools import cache

import polars as pl

from jianhui.core.folding import fold_expr
from jianhui.core.regions import (
    ALTERNATIVE,
    COUNTRY,
    COUNTRY_CODE,
    county_stems,
    leading_words,
    narrowed,
    outermost,
    words,
)
from jianhui.core.text import canonical_name_expr
from jianhui.core.words import column, table

PARTS = pl.Schema(
    {
        "name": pl.String(),
        "folded": pl.String(),
        "region": pl.String(),
        "places": pl.String(),
        "town": pl.String(),
        "lead": pl.String(),
        "lead_region": pl.String(),
        "core": pl.String(),
        "brand": pl.String(),
        "trade": pl.String(),
        "form": pl.String(),
        "form_said": pl.String(),
        "branch": pl.String(),
        "branch_kind": pl.String(),
        "numbers": pl.String(),
        "is_group": pl.Boolean(),
    }
)

_OFFICE = r"^(?:中国|中华人民共和国)?(?:国家税务总局|国家税务局|地方税务局|国税局|地税局|税务局)"
_BRACKET = r"\(([^()]*)\)"
_LOOSE_BRACKET = r"[()]"
_BRACKETS_READ = 3

_PARTNERSHIP = "partnership"
_FORMS_IN_BRACKETS = {
    "普通合伙": _PARTNERSHIP,
    "有限合伙": _PARTNERSHIP,
    "特殊普通合伙": _PARTNERSHIP,
    "合伙": _PARTNERSHIP,
    "个体工商户": "",
    "个体": "",
    "个人独资": "",
    "独资": "",
    "合资": "",
    "中外合资": "",
    "中外合作": "",
    "股份合作制": "",
    "股份": "",
    "集体": "",
    "国有": "",
    "筹": "",
    "有限公司": "",
    "注销": "",
    "已注销": "",
    "吊销": "",
    "停用": "",
    "停业": "",
}
_GROUPS_IN_BRACKETS = ("集团", "企业集团", "控股", "集团公司")
_NOTE = r"^(?:原|原名|曾用名|第二名称|又名|暂|国有|私营|民营)"
_WHOLE_NAME = r"^.{4,}(?:公司|厂|集团|合作社)$"
_OWNERSHIP = r"^(?:地方国营|国营|国有|公私合营|中外合资)"
_ROAD = "(?:[东西南北中一二三四五]?(?:路|街|巷)|大道|大街|胡同|大厦|广场)"
_TOWN = r"^([^()]{1,4}?(?:镇|乡|街道|苏木))(?:街道|办事处)*"
_TOWN_KIND = r"^(?:镇|乡|街道|苏木)"
_BEFORE_TOWN = r"[^()]{1,4}?(?:镇|乡|街道|苏木).{3,}"
_LEAST_AFTER_TOWN = 3
_GROUP = r"(?:企业集团|集团|控股)"
_NUMERAL = r"第?[0-9]+|第[一二三四五六七八九十百零]+|[一二三四五六七八九十]+(?:分|厂|店|部|队|号|站|期|公司)"
_WHOLE_ENDS = (
    "公司|集团|厂|商店|商场|商城|酒店|宾馆|银行|信用社|信用联社|合作联社|合作社|联合社|联社|供销社|旅行社|事务所|研究院|研究所|"
    "医院|学校|学院|大学|中心|超市|出版社|保险"
)
# Where a company's form ends, also with one character wrong or lost.
_COMPANY_ENDS = (
    "(?:股份有限责任公司|股份有限公司|股份公司|有限责任公司|责任有限公司|有限公司|有限责任.司|有限责任公|.限责任公司"
    "|有限责.公司|有限.司|有.公司|.限公司|有限公|有公司|限公司)"
)
_FORM_MISSPELT = "责任有限公司|(?:股份)?有限公司(?:股份)?有限公司|(?:股份)?有.(?:责任)?公司|(?:股份)?有限(?:责任)?.司|(?:股份)?有限(?:责任)?公.|有公司|限公司|有限司"  # noqa: E501
_BRANCH_WITH_FORM = "分(?:股份|集团|责任)?有限(?:责任)?公司$"
_SHORTEST_BRAND = 2
_LEAST_AFTER_PLACE = 2


def take_apart(names: pl.Series) -> pl.DataFrame:
    """The parts of each distinct canonical name in ``names``; one row per name, in first order."""
    distinct = names.alias("name").cast(pl.String).drop_nulls().unique(maintain_order=True).to_frame()
    if distinct.is_empty():
        return pl.DataFrame(schema=PARTS)
    read = distinct.with_columns(folded=fold_expr(pl.col("name")))
    read = _with_institution(_with_brackets(read))
    read = _with_town(_with_places(read))
    read = _with_branch(read)
    read = _with_form(read)
    return _with_core(read).select(pl.col(name).cast(dtype) for name, dtype in PARTS.items())


def read_places(texts: pl.Series) -> pl.DataFrame:
    """Where each distinct address or office is: ``text``, ``region`` (as of a name), ``rest`` behind it."""
    distinct = texts.alias("text").cast(pl.String).drop_nulls().unique(maintain_order=True).to_frame()
    read = distinct.with_columns(
        rest=fold_expr(canonical_name_expr(pl.col("text"))).str.replace(_OFFICE, ""), inside=pl.lit("")
    )
    read = read.filter(pl.col("rest").is_not_null())
    # 龙泉路 is a road and not where 龙泉 is, 江阴镇 a town and not 江阴; 浙江省镇海区 goes on with a place.
    place = pl.col("rest").str.extract(_place_patterns()[0], 1)
    is_road = pl.col("rest").str.slice(place.str.len_chars()).str.contains("^" + _ROAD)
    is_other = (is_road | _names_a_town("rest", place)).fill_null(False)
    said = pl.concat(
        [_with_places(read.filter(~is_other)), read.filter(is_other).with_columns(region=pl.lit(""))],
        how="diagonal",
    )
    return said.select("text", "region", "rest")


# --- brackets ---


def _with_brackets(read: pl.DataFrame) -> pl.DataFrame:
    """``rest`` without brackets, ``inside`` (places in them), ``bracket_form``.

    A place, a form or 集团 in brackets is taken out; anything else stays where it stands.
    """
    is_open = pl.col("folded").str.count_matches(r"\(") > pl.col("folded").str.count_matches(r"\)")
    closed = pl.col("folded").map_elements(_with_closing_brackets, return_dtype=pl.String)
    rest = read.with_columns(
        rest=pl.when(is_open).then(closed).otherwise("folded"), inside=pl.lit(""), bracket_form=pl.lit("")
    )
    has = pl.col("folded").str.contains(_LOOSE_BRACKET)
    plain, bracketed = rest.filter(~has), rest.filter(has)
    for _ in range(_BRACKETS_READ):
        said = bracketed.select(pl.col("rest").str.extract(_BRACKET, 1).alias("said")).to_series()
        meanings = {one: _bracket_meaning(one) for one in said.unique().to_list() if one is not None}
        kept = said.replace_strict({k: v[0] for k, v in meanings.items()}, default="", return_dtype=pl.String)
        place = said.replace_strict(
            {k: v[1] for k, v in meanings.items()}, default="", return_dtype=pl.String
        )
        form = said.replace_strict({k: v[2] for k, v in meanings.items()}, default="", return_dtype=pl.String)
        before = pl.col("rest").str.extract(r"^([^()]*)\(", 1)
        after = pl.col("rest").str.extract(r"^[^()]*\([^()]*\)(.*)$", 1)
        bracketed = (
            bracketed.with_columns(kept=kept, place=place, form=form, found=said)
            .with_columns(
                rest=pl.when(pl.col("found").is_not_null() & after.is_not_null())
                .then(pl.concat_str(before, "kept", after))
                .otherwise("rest"),
                inside=pl.col("inside") + pl.col("place"),
                bracket_form=pl.when(pl.col("form") != "").then("form").otherwise("bracket_form"),
            )
            .drop("kept", "place", "form", "found")
        )
    bracketed = bracketed.with_columns(rest=pl.col("rest").str.replace_all(_LOOSE_BRACKET, ""))
    return pl.concat([plain, bracketed.select(plain.columns)])


def _with_closing_brackets(name: str) -> str:
    """A name that lacks a closing bracket, with it behind the place, form or 集团 that was in it."""
    first, *opened = name.split("(")
    closed = [piece if ")" in piece else _closed(piece) for piece in opened]
    return "(".join([first, *closed])


def _closed(piece: str) -> str:
    texts = (*_FORMS_IN_BRACKETS, *_GROUPS_IN_BRACKETS)
    found = re.match(_place_patterns()[1], piece) or re.match(_alternatives(texts), piece)
    return f"{found[0]}){piece[found.end() :]}" if found else piece


def _bracket_meaning(said: str) -> tuple[str, str, str]:
    """``(what stays in the name, the place said, the form said)`` of a bracket's content."""
    if said in _FORMS_IN_BRACKETS:
        return "", "", _FORMS_IN_BRACKETS[said]
    if said in ("中国", ""):
        return "", said, ""
    if said in _GROUPS_IN_BRACKETS:
        return "集团", "", ""
    if said in words():
        return "", said, ""
    if re.match(_NOTE, said) or (re.match(_WHOLE_NAME, said) and not said.endswith("分公司")):
        return "", "", ""
    _, follow = _place_patterns()
    pieces = said
    while found := re.match(follow, pieces):
        pieces = pieces[found.end() :]
    # Several places in one bracket (大连保税区) are told by the first of them.
    return ("", re.match(follow, said)[0], "") if not pieces else (said, "", "")  # type: ignore[index]


def _with_institution(read: pl.DataFrame) -> pl.DataFrame:
    """``rest`` without the owner's kind before it (国营), and branches of banks with the bank's name in full.

    Of the whole country's institutions the branches are known by short names (工行昆明翠湖支行).
    """
    rows = table("institutions")
    short = "|".join(sorted((row["short"] for row in rows), key=lambda text: (-len(text), text)))
    full = {row["short"]: row["full"] for row in rows}
    rest = pl.col("rest").str.replace(_OWNERSHIP, "").str.replace("供销社", "供销合作社")
    said = rest.str.extract(rf"^({short}).{{2,}}(?:行|处|所|部|公司|局|站|厅|所|点)$", 1)
    return read.with_columns(
        rest=pl.when(said.is_not_null() & ~rest.str.starts_with("中国"))
        .then(
            pl.concat_str(
                said.replace_strict(full, default="", return_dtype=pl.String),
                rest.str.slice(said.str.len_chars()),
            )
        )
        .otherwise(rest)
    )


# --- places ---


def _with_places(read: pl.DataFrame) -> pl.DataFrame:
    """``region``, ``places`` and ``rest`` without the places it begins with."""
    lead, follow = _place_patterns()
    doubled = pl.col("rest").str.extract(_alternatives(tuple(county_stems())), 1)
    read = read.with_columns(
        # 泰和泰和县: the stem before the place's own name says nothing more.
        rest=pl.when(pl.col("rest").str.slice(doubled.str.len_chars()).str.starts_with(doubled))
        .then(pl.col("rest").str.slice(doubled.str.len_chars()))
        .otherwise("rest")
    )
    split = (
        # 肥东长临河镇: before a town the stem of a county is a place.
        read.with_columns(
            first=pl.coalesce(
                pl.col("rest").str.extract(lead, 1),
                pl.col("rest").str.extract(_alternatives(tuple(county_stems())) + _BEFORE_TOWN, 1),
                pl.lit(""),
            )
        )
        .with_columns(after=pl.col("rest").str.slice(pl.col("first").str.len_chars()))
        .with_columns(second=_next_place("first", follow))
        .with_columns(after=pl.col("after").str.slice(pl.col("second").str.len_chars()))
        .with_columns(third=_next_place("second", follow))
    )
    said = ["first", "second", "third", "inside"]
    distinct = split.select(*said).unique().sort(said)
    read_ = [_read_places(*row) for row in distinct.iter_rows()]
    meant = distinct.with_columns(
        region=pl.Series([one[0] for one in read_], dtype=pl.String),
        places=pl.Series([one[1] for one in read_], dtype=pl.String),
        n_characters=pl.Series([one[2] for one in read_], dtype=pl.UInt32),
    )
    joined = split.join(meant, on=said, how="left", maintain_order="left")
    left = pl.col("rest").str.slice(pl.col("n_characters"))
    # A name that is hardly more than its place keeps it: 大连银行, 庄河酒厂.
    taken = left.str.len_chars() >= _LEAST_AFTER_PLACE
    return joined.with_columns(rest=pl.when(taken).then(left).otherwise("rest")).drop(
        "first", "second", "third", "after", "n_characters", "inside"
    )


def _next_place(before: str, follow: str) -> pl.Expr:
    """The place word ``after`` begins with, if there is one ``before``; 同安镇 is a town and not 同安."""
    word = pl.col("after").str.extract(follow, 1)
    return pl.when((pl.col(before) != "") & ~_names_a_town("after", word)).then(word).fill_null("")


def _names_a_town(text: str, word: pl.Expr) -> pl.Expr:
    """Whether the place word ``text`` begins with names a town (江阴镇) and no place follows (镇海区)."""
    behind = pl.col(text).str.slice(word.str.len_chars())
    return behind.str.contains(_TOWN_KIND) & ~behind.str.contains(_place_patterns()[1])


def _with_town(read: pl.DataFrame) -> pl.DataFrame:
    """``town``, and ``rest`` without it; a town is only read where enough of a name is left behind it."""
    said = pl.col("rest").str.extract(_TOWN, 0)
    short = pl.col("rest").str.len_chars() < said.str.len_chars() + _LEAST_AFTER_TOWN
    is_town = said.is_not_null() & ~short & (said.str.len_chars() >= _SHORTEST_BRAND)
    return read.with_columns(
        town=pl.when(is_town).then(said).fill_null(""),
        rest=pl.when(is_town).then(pl.col("rest").str.slice(said.str.len_chars())).otherwise("rest"),
    )


def _read_places(first: str, second: str, third: str, inside: str) -> tuple[str, str, int]:
    """``(region, places as written, characters at the front they take)``."""
    region, places, taken = "", [], 0
    if first:
        codes: tuple[str, ...] = outermost(leading_words().get(first) or county_stems()[first])
        places, taken = [first], len(first)
        for word in (second, third):
            narrower = narrowed(codes, words()[word]) if word else ()
            if not narrower:
                break
            codes = narrower
            places.append(word)
            taken += len(word)
        region = ALTERNATIVE.join(codes)
    if inside.startswith(COUNTRY):
        places.append(COUNTRY)
        region = region or COUNTRY_CODE
    elif inside:
        # （大连） behind a name says where the firm is; what stands before it is where its parent is.
        said = outermost(words().get(inside, ()))
        within = narrowed(tuple(region.split(ALTERNATIVE)), said) if region else ()
        region = ALTERNATIVE.join(within or tuple(code for code in said if code)) or region
        places.append(inside)
    return region, "|".join(places), taken


@cache
def _place_patterns() -> tuple[str, str]:
    """Patterns of a place word at the front of a name, and behind another place."""
    return _alternatives(tuple(leading_words())), _alternatives(tuple(words()))


def _alternatives(texts: tuple[str, ...]) -> str:
    longest_first = sorted(texts, key=lambda text: (-len(text), text))
    return f"^({'|'.join(map(re.escape, longest_first))})"


# --- branch, form, core ---


def _with_branch(read: pl.DataFrame) -> pl.DataFrame:
    """``branch``, ``branch_kind``, and ``rest`` as the name of the whole."""
    kinds = {row["ending"]: row["kind"] for row in table("branch_endings")}
    ending = "|".join(sorted(map(re.escape, kinds), key=lambda text: (-len(text), text)))
    # What follows a company's form is a part of it, by whatever word it ends (…有限公司运输车队).
    company = rf"^(.{{2,}}?{_COMPANY_ENDS})(.*)$"
    other = rf"^(.{{2,}}?(?:{_WHOLE_ENDS})(?:集团公司|集团|公司)?)(.{{0,30}}?)({ending})$"
    # A branch has no form of its own: 第六分有限公司 is 第六分公司.
    read = read.with_columns(rest=pl.col("rest").str.replace(_BRANCH_WITH_FORM, "分公司"))
    rest = pl.col("rest")
    of_company, behind = rest.str.extract(company, 1), rest.str.extract(company, 2)
    whole = pl.when(of_company.is_null()).then(rest.str.extract(other, 1)).when(behind != "").then(of_company)
    last = (
        pl.when(of_company.is_null())
        .then(rest.str.extract(other, 3))
        .otherwise(behind.str.extract(f"({ending})$", 1))
    )
    return read.with_columns(
        branch=pl.when(whole.is_not_null()).then(rest.str.slice(whole.str.len_chars())).fill_null(""),
        branch_kind=last.replace_strict(kinds, default="", return_dtype=pl.String).fill_null(""),
        rest=pl.coalesce(whole, rest),
    )


def _with_form(read: pl.DataFrame) -> pl.DataFrame:
    """``form`` and ``base``: the rest without the legal form at its end."""
    forms = {row["ending"]: row["form"] for row in table("legal_forms")}
    ending = "|".join(sorted(map(re.escape, forms), key=lambda text: (-len(text), text)))
    found = pl.col("rest").str.extract(f"({ending}|{_FORM_MISSPELT})$", 1)
    base = pl.col("rest").str.head(pl.col("rest").str.len_chars() - found.str.len_chars())
    usable = (found.is_not_null() & (base.str.len_chars() >= _SHORTEST_BRAND)).fill_null(False)
    of_ending = found.replace_strict(forms, default="company", return_dtype=pl.String)
    return read.with_columns(
        form_said=pl.when(usable).then(found).fill_null(""),
        base=pl.when(usable).then(base).otherwise("rest"),
        form=pl.when(pl.col("bracket_form") != "")
        .then("bracket_form")
        .when(usable)
        .then(of_ending)
        .otherwise(pl.lit("")),
    )


def _with_core(read: pl.DataFrame) -> pl.DataFrame:
    """``core``, ``brand``, ``trade``, ``numbers``, ``is_group``."""
    bare = pl.col("base").str.replace_all(_GROUP, "")
    core = pl.when(bare.str.len_chars() >= _SHORTEST_BRAND).then(bare).otherwise("base")
    read = read.with_columns(
        core=core,
        is_group=pl.col("folded").str.contains("集团"),
        numbers=pl.concat_str(core, "branch", separator=" ").str.extract_all(_NUMERAL).list.join("|"),
    )
    trades = "|".join(sorted(column("trade_words", "word"), key=lambda text: (-len(text), text)))
    brand = pl.col("core").str.extract(rf"^(.{{{_SHORTEST_BRAND},}}?)(?:{trades})*$", 1)
    brand = pl.coalesce(brand, "core")
    stems = county_stems()
    lead = pl.col("core").str.extract(_alternatives(tuple(stems)), 1)
    behind = pl.col("core").str.slice(lead.str.len_chars())
    # 平安建材 is of the brand 平安; 肥东政房 may be 政房 of 肥东.
    is_trade = behind.is_in(list(column("trade_words", "word")))
    # Behind a place in which it does not lie it is none: 革吉县高明有害生物防治 is nowhere near 高明区.
    may_lead = (behind.str.len_chars() >= _LEAST_AFTER_PLACE) & ~is_trade & (pl.col("region") == "")
    lead = pl.when(may_lead).then(lead).fill_null("")
    regions = {word: ALTERNATIVE.join(codes) for word, codes in stems.items()}
    return read.with_columns(
        brand=brand,
        trade=pl.col("core").str.slice(brand.str.len_chars()),
        lead=lead,
        lead_region=lead.replace_strict(regions, default="", return_dtype=pl.String),
    )


def in_words(name: str) -> dict[str, str]:
    """A canonical name's parts for people: region, brand, trade, form, branch, each in its own characters.

    A name whose core is of trade words alone has no brand (泸溪县自来水公司).
    """
    parts = take_apart(pl.Series([name])).row(0, named=True)
    trades = "|".join(map(re.escape, column("trade_words", "word")))
    brand, trade = parts["brand"], parts["trade"]
    if re.fullmatch(f"(?:{trades})+", brand):
        brand, trade = "", brand + trade
    return {
        "region": parts["places"].replace("|", "") + parts["town"],
        "brand": brand,
        "trade": trade,
        "form": parts["form_said"],
        "branch": parts["branch"],
    }
