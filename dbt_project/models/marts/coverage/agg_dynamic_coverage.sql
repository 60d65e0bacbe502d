with enterprises as (
    select
        coalesce(district_code, 'unknown') as district_code,
        in_base_due,
        is_covered,
        is_overdue,
        if(is_overdue, {{ as_of('valid_on') }} - greatest(gap_since, due_on), null) as days_overdue
    from {{ ref('int_enterprises') }}
    where in_base_due
),

groups as (
    select * from {{ ref('int_groups') }}
    where grouping_kind in ('city', 'district')
),

medians as (
    select * from {{ ref('int_time_to_cover') }}
),

members as (
    select
        'city' as grouping_kind,
        '210200' as group_code,
        *
    from enterprises
    union all
    select
        'district' as grouping_kind,
        district_code as group_code,
        *
    from enterprises
),

counted as (
    select
        grouping_kind,
        group_code,
        count(*) as n_due,
        count(*) filter (is_covered) as n_due_covered,
        count(*) filter (days_overdue between 0 and 30) as n_overdue_0_30,
        count(*) filter (days_overdue between 31 and 90) as n_overdue_31_90,
        count(*) filter (days_overdue > 90) as n_overdue_over_90,
        count(*) filter (days_overdue > {{ policy_int('gap.close_within_days') }}) as n_overdue_too_long
    from members
    group by grouping_kind, group_code
),

wanted as (
    select
        grouping_kind,
        group_code
    from groups
    union
    select
        grouping_kind,
        group_code
    from counted
),

known as (
    select {{ is_received('union_organisations') }} as is_cover_known
),

final as (
    select
        {{ as_of('valid_on') }} as valid_on,
        wanted.grouping_kind as "grouping",
        wanted.group_code,
        coalesce(groups.group_name, wanted.group_code) as group_name,
        coalesce(counted.n_due, 0) as n_due,
        if(known.is_cover_known, coalesce(counted.n_due_covered, 0), null) as n_due_covered,
        if(known.is_cover_known, {{ rate('counted.n_due_covered', 'counted.n_due') }}, null) as rate_due,
        if(known.is_cover_known, coalesce(counted.n_overdue_0_30, 0), null) as n_overdue_0_30,
        if(known.is_cover_known, coalesce(counted.n_overdue_31_90, 0), null) as n_overdue_31_90,
        if(known.is_cover_known, coalesce(counted.n_overdue_over_90, 0), null) as n_overdue_over_90,
        if(known.is_cover_known, medians.median_days_to_cover, null) as median_days_to_cover,
        if(known.is_cover_known, coalesce(counted.n_overdue_too_long, 0) = 0, null) as is_reached
    from wanted
    left join groups on wanted.grouping_kind = groups.grouping_kind and wanted.group_code = groups.group_code
    left join counted on wanted.grouping_kind = counted.grouping_kind and wanted.group_code = counted.group_code
    left join medians on wanted.grouping_kind = medians.grouping_kind and wanted.group_code = medians.group_code
    cross join known
)

select * from final
order by "grouping", group_code
