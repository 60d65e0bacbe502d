-- Kaplan–Meier with delayed entry, per group: the least number of days from establishment by which half
-- are covered. At risk at t: seen before t (or from day 0 when seen by establishment) and not yet gone.
with cohort as (
    select * from {{ ref('int_founding_cohort') }}
),

members as (
    select
        'city' as grouping_kind,
        '210200' as group_code,
        entry_days,
        exit_days,
        is_event
    from cohort
    union all
    select
        'district',
        district_code,
        entry_days,
        exit_days,
        is_event
    from cohort
),

-- Covered at or before entry, or gone by then: never under observation.
observed as (
    select
        grouping_kind,
        group_code,
        if(entry_days <= 0, -1, entry_days) as entry_days,
        exit_days,
        is_event
    from members
    where exit_days > if(entry_days <= 0, -1, entry_days)
),

moves as (
    select
        grouping_kind,
        group_code,
        entry_days + 1 as day,
        1 as n_entered,
        0 as n_exited,
        0 as n_events
    from observed
    union all
    select
        grouping_kind,
        group_code,
        exit_days,
        0,
        1,
        if(is_event, 1, 0)
    from observed
),

-- At risk at t = those who entered before t less those who exited before t.
steps as (
    select
        grouping_kind,
        group_code,
        day,
        sum(n_entered) as n_entered,
        sum(n_exited) as n_exited,
        sum(n_events) as n_events
    from moves
    group by grouping_kind, group_code, day
),

risk_sets as (
    select
        grouping_kind,
        group_code,
        day,
        n_events,
        sum(n_entered) over until_day - (sum(n_exited) over until_day - n_exited) as n_at_risk
    from steps
    window until_day as (
        partition by grouping_kind, group_code order by day rows between unbounded preceding and current row
    )
),

survival as (
    select
        grouping_kind,
        group_code,
        day,
        product(1 - n_events / cast(n_at_risk as double)) over (
            partition by grouping_kind, group_code order by day rows between unbounded preceding and current row
        ) as share_not_covered
    from risk_sets
    where n_events > 0
),

final as (
    select
        grouping_kind,
        group_code,
        -- The tolerance is for the product of fractions only: 2/3 · 3/4 is a half.
        cast(min(day) as bigint) as median_days_to_cover
    from survival
    where share_not_covered <= 0.5 + 1e-12
    group by grouping_kind, group_code
)

select * from final
