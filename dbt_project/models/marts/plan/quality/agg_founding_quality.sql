with members as (
    select * from {{ ref('fct_founding_quality') }}
    where is_new
),

spread as (
    {{ spread('members', {'district_code': 'district', 'ownership': 'ownership'}) }}
),

groups as (
    select * from {{ ref('int_groups') }}
),

known as (
    select
        {{ is_received('founding_quality') }} and {{ is_received('union_organisations') }} as is_known,
        cast({{ policy('target.new_union_standardised.min') }} as decimal(9, 6)) as min_rate
),

counted as (
    select
        grouping_kind,
        group_code,
        count(*) as n_new_unions,
        count(*) filter (status = 'judged') as n_judged,
        count(*) filter (meets_basic) as n_meeting,
        sum(score) filter (n_met + n_missed > 0) as sum_score,
        count(*) filter (n_met + n_missed > 0) as n_scored
    from spread
    group by grouping_kind, group_code
),

wanted as (
    select
        'city' as grouping_kind,
        '210200' as group_code
    union
    select
        grouping_kind,
        group_code
    from counted
),

final as (
    select
        {{ as_of('valid_on') }} as valid_on,
        wanted.grouping_kind as "grouping",
        wanted.group_code,
        coalesce(groups.group_name, wanted.group_code) as group_name,
        coalesce(counted.n_new_unions, 0) as n_new_unions,
        coalesce(counted.n_judged, 0) as n_judged,
        coalesce(counted.n_meeting, 0) as n_meeting,
        if(known.is_known, {{ rate('counted.n_meeting', 'counted.n_new_unions') }}, null) as meeting_rate,
        if(known.is_known, {{ rate('counted.n_meeting', 'counted.n_judged') }}, null) as rate_of_judged,
        if(known.is_known, cast(counted.sum_score as double) / nullif(counted.n_scored, 0), null) as mean_score,
        cast(known.min_rate as double) as target_rate,
        if(
            known.is_known and counted.n_new_unions > 0,
            cast(counted.n_meeting as decimal(18, 0)) >= known.min_rate * cast(counted.n_new_unions as decimal(18, 0)),
            null
        ) as meets_target,
        {{ judged_status('known.is_known', 'coalesce(counted.n_new_unions, 0)') }}
    from wanted
    left join counted on wanted.grouping_kind = counted.grouping_kind and wanted.group_code = counted.group_code
    left join groups on wanted.grouping_kind = groups.grouping_kind and wanted.group_code = groups.group_code
    cross join known
)

select * from final
order by "grouping", group_code
