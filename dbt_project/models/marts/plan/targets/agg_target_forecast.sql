with targets as (
    select * from {{ ref('int_plan_targets') }}
),

paces as (
    select * from {{ ref('int_trajectory_pace') }}
),

rules as (
    select
        cast({{ policy('forecast.level') }} as double) as level,
        cast({{ policy('forecast.damping') }} as double) as damping,
        {{ policy_int('forecast.min_months') }} as min_months,
        {{ policy_int('forecast.horizon_months') }} as horizon_months
),

scales as (
    select * from {{ ref('int_forecast_scales') }}
),

-- The forecast starts from the last whole month.
origins as (
    select * from paces
    qualify row_number() over (partition by indicator, grouping_kind, group_code order by step desc) = 1
),

present as (
    select * from {{ ref('agg_indicator_values') }}
),

joined as (
    select
        targets.*,
        present.value,
        origins.observed_on as origin_on,
        origins.value as origin_value,
        origins.n_months,
        origins.history_basis,
        origins.pace,
        origins.deviation,
        scales.scale,
        scales.basis,
        case
            when targets.direction <> 'at_least' then 'direction_not_forecast'
            when present.status = 'not_judged' then present.reason
            when present.value is null then 'not_measured'
            when origins.indicator is null then 'no_trajectory'
            when origins.n_months < rules.min_months then 'history_too_short'
        end as reason,
        greatest(
            0,
            (year(targets.due_on) - year(origins.observed_on)) * 12
            + month(targets.due_on) - month(origins.observed_on)
        ) as steps_to_due
    from targets
    cross join rules
    left join origins
        on
            targets.indicator = origins.indicator
            and targets.grouping_kind = origins.grouping_kind
            and targets.group_code = origins.group_code
    left join scales
        on
            origins.indicator = scales.indicator
            and origins.grouping_kind = scales.grouping_kind
            and origins.group_code = scales.group_code
            and origins.step = scales.step
    left join present
        on
            targets.indicator = present.indicator
            and targets.grouping_kind = present."grouping"
            and targets.group_code = present.group_code
),

-- One row per month ahead; rates stay within 0 and 1.
ahead as (
    select
        joined.plan_name,
        joined.plan_year,
        joined.indicator,
        joined.grouping_kind,
        joined.group_code,
        joined.target_value,
        joined.steps_to_due,
        steps.step,
        last_day(cast(joined.origin_on + to_months(cast(steps.step as integer)) as date)) as on_day,
        if(joined.is_rate, 1, 1e15) as most,
        joined.origin_value + joined.pace * {{ damped_months('rules.damping', 'steps.step') }} as expected,
        joined.scale * {{ spread_months('steps.step', 'joined.n_months') }} as half_width
    from joined
    cross join rules
    cross join unnest(generate_series(1, rules.horizon_months)) as steps (step)
    where joined.reason is null
),

bounded as (
    select
        * exclude (expected, half_width),
        least(greatest(expected, 0), most) as expected,
        least(greatest(expected - half_width, 0), most) as low,
        least(greatest(expected + half_width, 0), most) as high
    from ahead
),

met as (
    select
        plan_name,
        plan_year,
        indicator,
        grouping_kind,
        group_code,
        min(on_day) filter (expected >= target_value) as expected_on,
        min(on_day) filter (high >= target_value) as earliest_on,
        min(on_day) filter (low >= target_value) as latest_on,
        max(expected) filter (step = steps_to_due) as expected_value,
        max(low) filter (step = steps_to_due) as low_value,
        max(high) filter (step = steps_to_due) as high_value
    from bounded
    group by all
),

-- From every earlier month end the same forecast, with the interval of that day, held against what came.
backtests as (
    select
        errors.indicator,
        errors.grouping_kind,
        errors.group_code,
        count(*) as n_backtests,
        count(*) filter (errors.error <= scales.scale * errors.spread + 1e-12) as n_inside,
        list_avg(list(errors.error order by errors.step, errors.came_step)) as error
    from {{ ref('int_forecast_errors') }} as errors
    inner join scales
        on
            errors.indicator = scales.indicator
            and errors.grouping_kind = scales.grouping_kind
            and errors.group_code = scales.group_code
            and errors.step = scales.step
    group by all
),

final as (
    select
        joined.plan_name,
        joined.plan_year,
        joined.indicator,
        joined.indicator_name,
        joined.grouping_kind as "grouping",
        joined.group_code,
        joined.group_name,
        joined.target_value,
        joined.due_on,
        joined.value,
        cast(joined.n_months as bigint) as n_months,
        joined.history_basis,
        round(joined.pace, 9) as pace_per_month,
        round(joined.deviation, 9) as pace_deviation,
        case
            when joined.reason is null and joined.value < joined.target_value and joined.steps_to_due > 0
                then round((joined.target_value - joined.value) / joined.steps_to_due, 9)
        end as required_per_month,
        round(met.expected_value, 9) as expected_value,
        round(met.low_value, 9) as low_value,
        round(met.high_value, 9) as high_value,
        joined.value >= joined.target_value as is_met,
        if(joined.value >= joined.target_value, null, met.expected_on) as expected_on,
        if(joined.value >= joined.target_value, null, met.earliest_on) as earliest_on,
        if(joined.value >= joined.target_value, null, met.latest_on) as latest_on,
        if(
            joined.reason is null,
            joined.value >= joined.target_value or coalesce(met.expected_on <= joined.due_on, false),
            null
        ) as is_expected_in_time,
        if(joined.reason is null, rules.level, null) as level,
        if(joined.reason is null, round(joined.scale, 9), null) as interval_scale,
        if(joined.reason is null, joined.basis, null) as interval_basis,
        if(joined.reason is null, coalesce(backtests.n_backtests, 0), null) as n_backtests,
        if(
            joined.reason is null, {{ rate('backtests.n_inside', 'backtests.n_backtests') }}, null
        ) as backtest_inside_rate,
        if(joined.reason is null, round(backtests.error, 9), null) as backtest_error,
        if(joined.reason is null, 'judged', 'not_judged') as status,
        joined.reason
    from joined
    cross join rules
    left join met
        on
            joined.plan_name = met.plan_name
            and joined.plan_year = met.plan_year
            and joined.indicator = met.indicator
            and joined.grouping_kind = met.grouping_kind
            and joined.group_code = met.group_code
    left join backtests
        on
            joined.indicator = backtests.indicator
            and joined.grouping_kind = backtests.grouping_kind
            and joined.group_code = backtests.group_code
)

select * from final
order by plan_name, plan_year, indicator, "grouping", group_code
