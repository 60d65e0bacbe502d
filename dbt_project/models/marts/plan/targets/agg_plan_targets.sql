with targets as (
    select * from {{ ref('int_plan_targets') }}
),

present as (
    select * from {{ ref('agg_indicator_values') }}
),

-- What a year that is over ended with.
past as (
    select * from {{ ref('agg_target_trajectory') }}
),

paces as (
    select * from {{ ref('int_trajectory_pace') }}
    qualify row_number() over (partition by indicator, grouping_kind, group_code order by step desc) = 1
),

joined as (
    select
        targets.*,
        targets.due_on < {{ as_of('valid_on') }} as is_over,
        if(targets.due_on < {{ as_of('valid_on') }}, past.numerator, present.numerator) as numerator,
        if(targets.due_on < {{ as_of('valid_on') }}, past.denominator, present.denominator) as denominator,
        if(targets.due_on < {{ as_of('valid_on') }}, past.value, present.value) as value,
        case
            when targets.due_on < {{ as_of('valid_on') }} then if(past.value is null, 'no_history', null)
            when present.status = 'not_judged' then present.reason
            when present.value is null then 'not_measured'
        end as reason,
        paces.pace,
        -- Month ends still to come.
        greatest(
            0,
            (year(targets.due_on) - year({{ as_of('valid_on') }})) * 12
            + month(targets.due_on) - month({{ as_of('valid_on') }})
            + if({{ as_of('valid_on') }} = last_day({{ as_of('valid_on') }}), 0, 1)
        ) as months_left
    from targets
    left join present
        on
            targets.indicator = present.indicator
            and targets.grouping_kind = present."grouping"
            and targets.group_code = present.group_code
    left join past
        on
            targets.indicator = past.indicator
            and targets.grouping_kind = past."grouping"
            and targets.group_code = past.group_code
            and targets.due_on = past.observed_on
    left join paces
        on
            targets.indicator = paces.indicator
            and targets.grouping_kind = paces.grouping_kind
            and targets.group_code = paces.group_code
),

-- In exact decimals: a target is never met by rounding.
judged as (
    select
        *,
        case
            when reason is null
                then
                    if(
                        is_rate,
                        cast(numerator as decimal(18, 0))
                        >= cast(target_value as decimal(9, 6)) * cast(denominator as decimal(18, 0)),
                        numerator >= target_value
                    )
        end as is_met
    from joined
),

final as (
    select
        plan_name,
        plan_year,
        indicator,
        indicator_name,
        grouping_kind as "grouping",
        group_code,
        group_name,
        unit,
        direction,
        target_value,
        target_basis,
        target_source,
        due_on,
        if(reason is null, least(due_on, {{ as_of('valid_on') }}), null) as measured_on,
        numerator,
        denominator,
        value,
        case
            when reason is null
                then
                    cast(
                        greatest(
                            0,
                            if(
                                is_rate,
                                ceil(cast(target_value as decimal(9, 6)) * cast(denominator as decimal(18, 0))),
                                ceil(target_value)
                            ) - numerator
                        ) as bigint
                    )
        end as n_needed,
        if(is_over, null, cast(months_left as bigint)) as months_left,
        case
            when reason is null and not is_met and not is_over and months_left > 0
                then round((target_value - value) / months_left, 9)
        end as required_per_month,
        if(is_over, null, round(pace, 9)) as recent_per_month,
        if(reason is null, 'judged', 'not_judged') as status,
        reason,
        case
            when reason is not null then null
            when is_met then 'met'
            when is_over then 'missed'
            when pace is null then 'pending'
            when
                value + pace
                * {{ damped_months("cast(" ~ policy('forecast.damping') ~ " as double)", 'months_left') }}
                >= target_value
                then 'on_track'
            else 'behind'
        end as verdict
    from judged
)

select * from final
order by plan_name, plan_year, indicator, "grouping", group_code
