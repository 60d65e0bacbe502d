-- What each election says of each check, and the rule in force on its day: one row per election and check.
with elections as (
    select * from {{ ref('stg_union_elections') }}
    where elected_on is null or elected_on <= {{ as_of('valid_on') }}
),

unions as (
    select * from {{ ref('int_unions') }}
),

rules as (
    select * from {{ ref('election_rules') }}
    where check_code <> 'extension_months'
),

checks as (
    select
        check_code,
        string_split(string_agg(distinct union_kinds, '|'), '|') as union_kinds
    from rules
    group by check_code
),

-- Counts that contradict each other (more present than entitled) tell nothing.
observed as (
    select
        elections.record_key as election_no,
        elections.elected_on,
        elections.member_count,
        unions.kind as union_kind,
        checks.check_code,
        -- A band of members cannot be looked up where nobody knows how many there are.
        checks.check_code = 'committee_size'
        and elections.member_count is null
        and list_contains(checks.union_kinds, unions.kind) as is_band_unknown,
        case checks.check_code
            when 'quorum' then if(elections.present_count <= elections.entitled_count, elections.present_count, null)
            when 'majority' then if(elections.chair_votes <= elections.entitled_count, elections.chair_votes, null)
            when 'notice'
                then
                    if(
                        elections.notice_to >= elections.notice_from,
                        elections.notice_to - elections.notice_from + 1,
                        null
                    )
            when 'after_notice' then elections.elected_on - elections.notice_to
            when 'candidates' then elections.chair_candidates - elections.chair_seats
            when 'secret_ballot' then cast(elections.secret_ballot = '是' as bigint)
            when 'committee_size' then if(elections.member_count > 0, elections.committee_seats, null)
            when 'committee_difference' then elections.committee_candidates - elections.committee_seats
        end as value_num,
        case
            when checks.check_code in ('quorum', 'majority') then nullif(elections.entitled_count, 0)
            when checks.check_code = 'committee_difference' then nullif(elections.committee_seats, 0)
            else 1
        end as value_den,
        if(checks.check_code = 'excluded_role', elections.excluded_role, null) as value_text
    from elections
    cross join checks
    left join unions on elections.union_id = unions.union_id
),

final as (
    select
        observed.election_no,
        observed.check_code,
        rules.instrument,
        case
            when observed.elected_on is null or observed.union_kind is null then 'missing'
            when rules.check_code is null and observed.is_band_unknown then 'missing'
            when rules.check_code is null then 'no_rule'
            when rules.comparison = 'none_of' and observed.value_text is null then 'missing'
            when rules.comparison = 'none_of'
                then
                    if(list_contains(string_split(rules.excluded_values, '|'), observed.value_text), 'breach', 'ok')
            when observed.value_num is null or observed.value_den is null or observed.value_num < 0
                then if(observed.check_code = 'after_notice' and observed.value_num < 0, 'breach', 'missing')
            when rules.comparison = 'ge'
                then
                    if(
                        observed.value_num * rules.limit_den >= rules.limit_num * observed.value_den, 'ok', 'breach'
                    )
            when rules.comparison = 'gt'
                then if(observed.value_num * rules.limit_den > rules.limit_num * observed.value_den, 'ok', 'breach')
            when rules.comparison = 'between'
                then if(observed.value_num between rules.limit_num and rules.upper_num, 'ok', 'breach')
        end as result
    from observed
    left join rules
        on
            observed.check_code = rules.check_code
            and list_contains(string_split(rules.union_kinds, '|'), observed.union_kind)
            and observed.elected_on >= rules.effective_from
            and (rules.effective_to is null or observed.elected_on <= rules.effective_to)
            and (rules.members_from is null or observed.member_count >= rules.members_from)
            and (rules.members_to is null or observed.member_count <= rules.members_to)
)

select * from final
