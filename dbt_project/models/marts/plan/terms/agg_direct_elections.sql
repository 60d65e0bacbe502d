with elections as (
    select
        *,
        false as is_unrecorded
    from {{ ref('fct_union_elections') }}
    where
        union_kind in ('单独', '联合')
        and kind in ('founding', 're_election')
        and is_in_plan_year
),

-- Founded this year by the register, and no founding election on the list.
unrecorded as (
    select unions.*
    from {{ ref('int_unions') }} as unions
    anti join {{ ref('stg_union_elections') }} as listed on unions.union_id = listed.union_id and listed.kind = '组建'
    where unions.is_normal and unions.is_founded_in_plan_year and unions.kind in ('单独', '联合')
),

members as (
    select
        kind,
        coalesce(district_code, 'unknown') as district,
        coalesce(ownership, 'unknown') as ownership,
        case when is_focus then 'non_public_sme' when not is_focus then 'other' end as focus,
        is_direct,
        false as is_unrecorded,
        status = 'judged' as is_judged,
        n_breaches > 0 as has_breach,
        n_missing > 0 as has_missing
    from elections
    union all
    select
        'founding' as kind,
        coalesce(district_code, 'unknown') as district,
        coalesce(host_ownership, 'unknown') as ownership,
        case
            when host_ownership = 'public' then 'other'
            when host_ownership in ('non_public', 'hmt_foreign')
                then
                    if(
                        host_staff_count is null,
                        null,
                        if(host_staff_count < {{ policy_int('size.sme.staff_below') }}, 'non_public_sme', 'other')
                    )
        end as focus,
        null as is_direct,
        true as is_unrecorded,
        false as is_judged,
        false as has_breach,
        false as has_missing
    from unrecorded
),

of_each_kind as (
    select
        'all' as election_kind,
        *
    from members
    union all
    select
        kind as election_kind,
        *
    from members
),

spread as (
    {{ spread('of_each_kind', {'district': 'district', 'ownership': 'ownership', 'focus': 'focus'}) }}
),

groups as (
    select * from {{ ref('int_groups') }}
),

known as (
    select
        {{ is_received('union_elections') }} as is_known,
        cast({{ policy('target.direct_election.share') }} as decimal(9, 6)) as min_rate
),

counted as (
    select
        grouping_kind,
        group_code,
        election_kind,
        count(*) as n_elections,
        count(*) filter (is_direct) as n_direct,
        count(*) filter (not is_direct) as n_indirect,
        count(*) filter (is_direct is null and not is_unrecorded) as n_method_unknown,
        count(*) filter (is_unrecorded) as n_unrecorded,
        count(*) filter (is_judged) as n_procedure_judged,
        count(*) filter (is_judged and has_breach) as n_with_breach,
        count(*) filter (is_judged and has_missing) as n_with_missing
    from spread
    group by grouping_kind, group_code, election_kind
),

wanted as (
    select
        'city' as grouping_kind,
        '210200' as group_code,
        unnest(['all', 'founding', 're_election']) as election_kind
    union
    select
        grouping_kind,
        group_code,
        election_kind
    from counted
),

filled as (
    select
        wanted.grouping_kind,
        wanted.group_code,
        wanted.election_kind,
        coalesce(counted.n_elections, 0) as n_elections,
        coalesce(counted.n_direct, 0) as n_direct,
        coalesce(counted.n_indirect, 0) as n_indirect,
        coalesce(counted.n_method_unknown, 0) as n_method_unknown,
        coalesce(counted.n_unrecorded, 0) as n_unrecorded,
        coalesce(counted.n_procedure_judged, 0) as n_procedure_judged,
        coalesce(counted.n_with_breach, 0) as n_with_breach,
        coalesce(counted.n_with_missing, 0) as n_with_missing
    from wanted
    left join counted
        on
            wanted.grouping_kind = counted.grouping_kind
            and wanted.group_code = counted.group_code
            and wanted.election_kind = counted.election_kind
),

final as (
    select
        {{ as_of('valid_on') }} as valid_on,
        filled.grouping_kind as "grouping",
        filled.group_code,
        case
            when filled.group_code = 'non_public_sme' then '非公中小企业'
            when filled.group_code = 'other' then '其他企业'
            when filled.group_code = 'unknown' then '未知'
            else coalesce(groups.group_name, filled.group_code)
        end as group_name,
        filled.election_kind,
        filled.n_elections,
        filled.n_direct,
        filled.n_indirect,
        filled.n_method_unknown,
        filled.n_unrecorded,
        if(known.is_known, {{ rate('filled.n_direct', 'filled.n_elections') }}, null) as direct_rate,
        cast(known.min_rate as double) as target_rate,
        if(
            known.is_known and filled.n_elections > 0,
            cast(filled.n_direct as decimal(18, 0)) >= known.min_rate * cast(filled.n_elections as decimal(18, 0)),
            null
        ) as meets_target,
        filled.n_procedure_judged,
        filled.n_with_breach,
        filled.n_with_missing,
        {{ judged_status('known.is_known', 'filled.n_elections') }}
    from filled
    left join groups on filled.grouping_kind = groups.grouping_kind and filled.group_code = groups.group_code
    cross join known
)

select * from final
order by "grouping", group_code, election_kind
