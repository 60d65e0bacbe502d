-- The scale of each month end's interval, from nothing but what was known by then: the deviation of the monthly changes
-- with Student's quantile, or, where more, the error that so large a share of the forecasts held against what came
-- had kept within.
with paces as (
    select * from {{ ref('int_trajectory_pace') }}
),

errors as (
    select * from {{ ref('int_forecast_errors') }}
),

rules as (
    select
        cast({{ policy('forecast.level') }} as double) as level,
        {{ policy_int('forecast.min_months') }} as min_months,
        {{ policy_int('forecast.min_backtests') }} as min_backtests
),

quantile as (
    select {{ normal_quantile('level') }} as z from rules
),

known as (
    select
        paces.indicator,
        paces.grouping_kind,
        paces.group_code,
        paces.step,
        paces.n_months,
        paces.deviation,
        list(errors.scaled_error order by errors.scaled_error) filter (errors.scaled_error is not null) as past
    from paces
    cross join rules
    left join errors
        on
            paces.indicator = errors.indicator
            and paces.grouping_kind = errors.grouping_kind
            and paces.group_code = errors.group_code
            and paces.step >= errors.came_step
    where paces.n_months >= rules.min_months
    group by all
),

measured as (
    select
        known.indicator,
        known.grouping_kind,
        known.group_code,
        known.step,
        known.n_months,
        {{ student_quantile('quantile.z', '(known.n_months - 1)') }} * known.deviation as by_months,
        -- Of n errors the one of rank level * (n + 1): the next is as likely to be of any rank.
        case
            when len(known.past) >= rules.min_backtests
                then known.past[least(len(known.past), cast(ceil(rules.level * (len(known.past) + 1)) as bigint))]
        end as by_backtests
    from known
    cross join rules
    cross join quantile
),

final as (
    select
        indicator,
        grouping_kind,
        group_code,
        step,
        n_months,
        greatest(by_months, coalesce(by_backtests, 0)) as scale,
        if(coalesce(by_backtests > by_months, false), 'backtests', 'months') as basis
    from measured
)

select * from final
