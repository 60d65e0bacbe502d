"""Checks made from data: movements against the last release, freshness by feed, nothing personal.

``thresholds.yml`` says what is measured and how far it may move; this module turns each row into a
check whose query returns the groups that moved too far, with what was seen and what is allowed.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from jianhui.warehouse.gate_checks import ROWS, Check, Scene, Suite, Thresholds

PERSONAL_MACROS = """
create or replace macro memory.main.identity_numbers(words) as regexp_extract_all(
    words,
    '(?:^|[^0-9A-Za-z])([1-6][0-9]{5}(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])[0-9]{3}[0-9Xx])'
    || '(?:[0-9]{2})?(?:$|[^0-9A-Za-z])',
    1
);
-- GB 11643-1999: the last character is a check over the seventeen before it.
create or replace macro memory.main.passes_gb11643(number) as
    substr(
        '10X98765432',
        1 + cast(list_sum(list_transform(
            range(1, 18),
            lambda i: cast(substr(number, i, 1) as integer)
                * [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2][i]
        )) as integer) % 11,
        1
    ) = upper(substr(number, 18, 1));
create or replace macro memory.main.holds_identity_number(words) as
    len(list_filter(
        memory.main.identity_numbers(words), lambda number: memory.main.passes_gb11643(number)
    )) > 0;
create or replace macro memory.main.holds_mobile_number(words) as
    regexp_matches(words, '(?:^|[^0-9A-Za-z])1[3-9][0-9]{9}(?:$|[^0-9A-Za-z])');
create or replace macro memory.main.holds_pseudonym(words) as
    regexp_matches(words, '(?:^|[^0-9A-Za-z])P:[0-9A-F]{24}(?:$|[^0-9A-Za-z])');
"""
"""What looks personal: an identity number (with its check digit, so that a code of 18 digits is not
taken for one), also with the two-digit serial of old tax ids; a mobile number; a pseudonym of the vault."""

PERSONAL_KINDS = ("identity_number", "mobile_number", "pseudonym")


def with_generated(suites: Sequence[Suite], thresholds: Thresholds, scene: Scene) -> tuple[Suite, ...]:
    """The suites, each with the generated checks of its table after its own."""
    movements = [movement(name, rule, thresholds.measures) for name, rule in thresholds.movements.items()]
    result = []
    for suite in suites:
        checks = list(suite.checks)
        checks += [check for check in movements if check.table == suite.table]
        if suite.table == "feeds":
            checks += [freshness(feed, thresholds.freshness) for feed in scene.feeds]
        elif columns := scene.text_columns.get(suite.table):
            checks.append(nothing_personal(suite.table, columns, thresholds.personal))
        result.append(Suite(suite.table, suite.schema, tuple(checks)))
    return tuple(result)


def movement(name: str, rule: Mapping[str, Any], measures: Mapping[str, Mapping[str, Any]]) -> Check:
    """One figure, in one grouping, against the last release.

    The measure's query gives ``grouping, group_code, value, whole``; ``whole`` is null for counts. A
    count is expected to be what it was, a share to be the same part of today's whole. It may differ by
    ``fall`` or ``rise`` (a part of the old count, or of today's whole; one left out is unlimited), plus
    ``per_day`` for each day more than one between the releases, and always by ``free`` units, so that
    one enterprise in a small town blocks nothing. Null values (a feed not received) are not compared.
    """
    measure = measures[rule["measure"]]
    table = str(measure["table"])
    query = str(measure["sql"]).strip()
    present = query.replace(f"{{marts}}.{table}", "{batch}").replace("{marts}", "marts")
    past = query.replace("{marts}", "previous.main")
    compared = f"""
with present as ({present}),
past as ({past}),
days as (
    select greatest(tonight.valid_on - earlier.valid_on, 1) - 1 as beyond_one
    from input.asof as tonight
    cross join (select max(valid_on) as valid_on from previous.main.agg_coverage) as earlier
),
compared as (
    select
        coalesce(present.group_code, past.group_code) as key,
        past.group_code is null as is_new_group,
        coalesce(past.value, 0) as before,
        coalesce(present.value, 0) as after,
        past.whole as whole_before,
        present.whole as whole_after
    from (select * from present where "grouping" = '{rule["grouping"]}') as present
    full join (select * from past where "grouping" = '{rule["grouping"]}') as past
        on present.group_code = past.group_code
    where
        (present.group_code is null or present.value is not null)
        and (past.group_code is null or past.value is not null)
        {_shares_need_both(measure)}
),
expected as (
    select
        *,
        case when whole_after is null then before else before / whole_before * whole_after end as expectation,
        coalesce(whole_after, before) as basis
    from compared
),
limited as (
    select
        *,
        {_limit(rule, "fall", "-")} as lower_limit,
        {_limit(rule, "rise", "+")} as upper_limit
    from expected
),
judged as (
    select
        key,
        {_observed()} as observed,
        {_allowed()} as allowed,
        coalesce(after < lower_limit, false) or coalesce(after > upper_limit, false) as is_beyond,
        abs(after - expectation) / greatest(basis, 1) as moved
    from limited
)"""
    order = "order by is_beyond desc, moved desc, key"
    return Check(
        id=f"{table}.{name}",
        table=table,
        title_zh=str(rule["zh"]),
        title_en=str(rule["en"]),
        severity=rule["severity"],
        expectation=ROWS,
        kwargs={
            "unexpected_rows_query": f"{compared}\nselect key, observed, allowed from judged "
            "where is_beyond order by moved desc, key"
        },
        key_columns=("group_code",),
        do_zh="核对造成变动的交付（jianhui status、quarantine list）；"
        "属实则在 expectations/waivers.yml 写明责任人、理由、期限",
        do_en="look at the deliveries behind the movement (jianhui status, quarantine list); if it is real, "
        "say so in expectations/waivers.yml with owner, reason and expiry",
        observe=f"{compared}\nselect observed, allowed from judged {order} limit 1".replace(
            "{batch}", f"marts.{table}"
        ),
        needs=("previous", "comparable"),
    )


def _shares_need_both(measure: Mapping[str, Any]) -> str:
    if measure["kind"] == "count":
        return ""
    return "and present.whole > 0 and past.whole > 0"


def _limit(rule: Mapping[str, Any], side: str, sign: str) -> str:
    if rule.get(side) is None:
        return "cast(null as double)"
    per_day = float(rule.get("per_day", 0))
    part = f"({float(rule[side])} + {per_day} * (select beyond_one from days))"
    return f"expectation {sign} greatest({float(rule['free'])}, basis * {part})"


def _share(value: str, whole: str) -> str:
    return f"round(100.0 * {value} / {whole}, 2) || '%'"


def _observed() -> str:
    """``390 → 200 (-48.7%)``, or ``1.2% → 5.3%`` of a share."""
    change = "' (' || round(100.0 * (after - before) / before, 1) || '%)'"
    return f"""case
            when whole_after is null then
                cast(before as bigint) || ' → ' || cast(after as bigint)
                || case when before > 0 then {change} else '' end
            else {_share("before", "whole_before")} || ' → ' || {_share("after", "whole_after")}
        end"""


def _allowed() -> str:
    """``360 … 429``; an unlimited side stays empty."""

    def shown(limit: str, value: str, rounding: str) -> str:
        count = f"cast(cast({rounding}({value}) as bigint) as varchar)"
        share = _share(value, "whole_after")
        return f"case when {limit} is null then '' when whole_after is null then {count} else {share} end"

    lower = shown("lower_limit", "greatest(lower_limit, 0)", "ceil")
    return f"{lower} || ' … ' || {shown('upper_limit', 'upper_limit', 'floor')}"


def freshness(feed: str, rules: Mapping[str, Mapping[str, Any]]) -> Check:
    """Whether a feed is later than its calendar allows; severity by feed, from the thresholds."""
    rule = {**rules["default"], **rules.get(feed, {})}
    shown = "last_reference_on || ', ' || days_behind || ' d'"
    allowed = "rhythm || ' + ' || grace_days || ' d'"
    return Check(
        id=f"feeds.fresh.{feed}",
        table="feeds",
        title_zh=f"{feed} 数据按其日历及时",
        title_en=f"{feed} is as fresh as its calendar asks",
        severity=rule["severity"],
        expectation=ROWS,
        kwargs={
            "unexpected_rows_query": f"select feed as key, {shown} as observed, {allowed} as allowed "
            f"from {{batch}} where feed = '{feed}' and is_received and is_stale"
        },
        key_columns=("feed",),
        do_zh=f"向提供单位催要 {feed} 的下一次交付；所依据的数字以所示日期为准",
        do_en=f"ask the agency for the next delivery of {feed}; what rests on it is as of the date shown",
        observe=f"select {shown} as observed, {allowed} as allowed from input.feeds "
        f"where feed = '{feed}' and is_received",
        needs=("comparable",),
    )


def nothing_personal(table: str, columns: Sequence[str], rules: Mapping[str, Any]) -> Check:
    """No text column of a mart holds what looks like an identity number, a mobile number, a pseudonym.

    The examples name column, kind and number of rows, never the value.
    """
    allowed = {(rule["table"], rule["column"], kind) for rule in rules["allowed"] for kind in rule["kinds"]}
    parts = [
        f"select '{column}: {kind} × ' || count(*) as key from {{batch}} "
        f'where memory.main.holds_{kind}("{column}") having count(*) > 0'
        for column in columns
        for kind in PERSONAL_KINDS
        if (table, column, kind) not in allowed
    ]
    return Check(
        id=f"{table}.nothing_personal",
        table=table,
        title_zh="表中没有个人信息（身份证号、手机号、假名）",
        title_en="Nothing personal in the table: identity numbers, mobile numbers, pseudonyms",
        severity="block",
        expectation=ROWS,
        kwargs={"unexpected_rows_query": "\nunion all\n".join(parts) + "\norder by key"},
        key_columns=(),
        do_zh="在数据契约中把该列标为个人信息，或在模型中去掉该列",
        do_en="mark the column as personal in the feed's contract, or leave it out of the model",
    )
