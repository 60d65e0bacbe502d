-- The random walk with drift of each trajectory, seen from each of its month ends: pace and its deviation over the
-- months of the window up to then. Only whole months count. Once enough months are on record, those that were
-- reconstructed from life dates are left out.
{% set window_months = policy_int('forecast.window_months') %}
with month_ends as (
    select
        indicator,
        "grouping" as grouping_kind,
        group_code,
        observed_on,
        value,
        basis,
        count(*) filter (basis = 'recorded') over (partition by indicator, "grouping", group_code) as n_recorded
    from {{ ref('agg_target_trajectory') }}
    where observed_on = last_day(observed_on) and value is not null
),

numbered as (
    select
        indicator,
        grouping_kind,
        group_code,
        observed_on,
        value,
        if(n_recorded > {{ policy_int('forecast.min_months') }}, 'recorded', 'reconstructed') as history_basis,
        value - lag(value) over series as change,
        row_number() over series as step
    from month_ends
    where basis = 'recorded' or n_recorded <= {{ policy_int('forecast.min_months') }}
    window series as (partition by indicator, grouping_kind, group_code order by observed_on)
),

-- The changes of the window in order, so that sums do not depend on how rows are met.
windowed as (
    select
        numbered.indicator,
        numbered.grouping_kind,
        numbered.group_code,
        numbered.step,
        numbered.observed_on,
        numbered.value,
        numbered.history_basis,
        list(earlier.change order by earlier.step) as changes
    from numbered
    left join numbered as earlier
        on
            numbered.indicator = earlier.indicator
            and numbered.grouping_kind = earlier.grouping_kind
            and numbered.group_code = earlier.group_code
            and earlier.step between numbered.step - {{ window_months }} + 1 and numbered.step
            and earlier.change is not null
    group by all
),

final as (
    select
        indicator,
        grouping_kind,
        group_code,
        cast(step as bigint) as step,
        observed_on,
        value,
        history_basis,
        cast(list_count(changes) as bigint) as n_months,
        list_avg(changes) as pace,
        list_stddev_samp(changes) as deviation
    from windowed
)

select * from final
