-- What the forecast made at each month end said of each later one, and by how much it erred.
with paces as (
    select * from {{ ref('int_trajectory_pace') }}
),

rules as (
    select
        cast({{ policy('forecast.damping') }} as double) as damping,
        {{ policy_int('forecast.min_months') }} as min_months,
        {{ policy_int('forecast.backtest_months') }} as backtest_months
),

paired as (
    select
        origin.indicator,
        origin.grouping_kind,
        origin.group_code,
        origin.step,
        came.step as came_step,
        abs(
            came.value - origin.value
            - origin.pace * {{ damped_months('rules.damping', '(came.step - origin.step)') }}
        ) as error,
        {{ spread_months('(came.step - origin.step)', 'origin.n_months') }} as spread
    from paces as origin
    inner join paces as came
        on
            origin.indicator = came.indicator
            and origin.grouping_kind = came.grouping_kind
            and origin.group_code = came.group_code
            and origin.step < came.step
    cross join rules
    where origin.n_months >= rules.min_months and came.step - origin.step <= rules.backtest_months
),

final as (
    select
        *,
        error / spread as scaled_error
    from paired
)

select * from final
