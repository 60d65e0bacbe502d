with elections as (
    select * from {{ ref('stg_union_elections') }}
    where elected_on is null or elected_on <= {{ as_of('valid_on') }}
),

unions as (
    select * from {{ ref('int_unions') }}
),

checks as (
    select
        election_no,
        string_agg(distinct instrument, '；' order by instrument) as instrument,
        count(*) filter (result = 'breach') as n_breaches,
        count(*) filter (result = 'missing') as n_missing,
        count(*) filter (result <> 'no_rule') as n_ruled,
        string_agg(check_code, ',' order by check_code) filter (result = 'breach') as findings,
        max(result) filter (check_code = 'quorum') as quorum_check,
        max(result) filter (check_code = 'majority') as majority_check,
        max(result) filter (check_code = 'notice') as notice_check,
        max(result) filter (check_code = 'after_notice') as after_notice_check,
        max(result) filter (check_code = 'candidates') as candidates_check,
        max(result) filter (check_code = 'excluded_role') as excluded_role_check,
        max(result) filter (check_code = 'secret_ballot') as secret_ballot_check,
        max(result) filter (check_code = 'committee_size') as committee_size_check,
        max(result) filter (check_code = 'committee_difference') as committee_difference_check
    from {{ ref('int_election_checks') }}
    group by election_no
),

final as (
    select
        elections.record_key as election_no,
        elections.union_id,
        coalesce(unions.name, elections.name) as union_name,
        unions.kind as union_kind,
        unions.host_enterprise_id as enterprise_id,
        unions.district_code,
        unions.host_ownership as ownership,
        unions.host_size_code as size_code,
        cast(unions.host_staff_count as bigint) as staff_count,
        case
            when unions.host_ownership = 'public' then false
            when unions.host_ownership in ('non_public', 'hmt_foreign')
                then unions.host_staff_count < {{ policy_int('size.sme.staff_below') }}
        end as is_focus,
        case elections.kind
            when '组建' then 'founding'
            when '换届' then 're_election'
            when '补选' then 'by_election'
        end as kind,
        elections.term_no,
        elections.elected_on,
        coalesce(elections.elected_on >= {{ as_of('plan_year_starts_on') }}, false) as is_in_plan_year,
        elections.method,
        case elections.method when '直接选举' then true when '委员会选举' then false end as is_direct,
        checks.instrument,
        elections.member_count,
        elections.entitled_count,
        elections.present_count,
        elections.chair_candidates,
        elections.chair_seats,
        elections.chair_votes,
        elections.notice_to - elections.notice_from + 1 as notice_days,
        elections.committee_candidates,
        elections.committee_seats,
        checks.quorum_check,
        checks.majority_check,
        checks.notice_check,
        checks.after_notice_check,
        checks.candidates_check,
        checks.excluded_role_check,
        checks.secret_ballot_check,
        checks.committee_size_check,
        checks.committee_difference_check,
        checks.n_breaches,
        checks.n_missing,
        checks.findings,
        if(
            elections.elected_on is null or unions.union_id is null or checks.n_ruled = 0, 'not_judged', 'judged'
        ) as status,
        case
            when elections.elected_on is null then 'elected_on_missing'
            when unions.union_id is null then 'unknown_union'
            when checks.n_ruled = 0 then 'no_rule'
        end as reason,
        elections.chair_rank,
        elections.delivery_id as source_delivery_id,
        cast(elections.line as bigint) as source_line
    from elections
    left join checks on elections.record_key = checks.election_no
    left join unions on elections.union_id = unions.union_id
)

select * from final
order by election_no
