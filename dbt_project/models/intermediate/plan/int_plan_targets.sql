-- What the plan wants: delivered targets, and for the plan year the city's by policy where none is delivered.
with indicators as (
    select * from {{ ref('plan_indicators') }}
),

areas as (
    select * from {{ ref('int_groups') }}
),

delivered as (
    select
        targets.plan_name,
        targets.plan_year,
        indicators.indicator,
        case
            when coalesce(targets.area_code, '210200') = '210200' then 'city'
            when districts.group_code is not null then 'district'
            else 'managing_area'
        end as grouping_kind,
        coalesce(targets.area_code, '210200') as group_code,
        targets.target_value,
        'delivered' as target_basis,
        targets.target_source
    from {{ ref('stg_plan_targets') }} as targets
    inner join indicators on targets.indicator in (indicators.indicator, indicators.name)
    left join areas as districts
        on districts.grouping_kind = 'district' and targets.area_code = districts.group_code
    where targets.plan_year is not null and targets.target_value is not null
),

by_policy as (
    select
        {{ as_of('plan_year') }} || '年工作要点' as plan_name,
        {{ as_of('plan_year') }} as plan_year,
        indicators.indicator,
        'city' as grouping_kind,
        '210200' as group_code,
        cast(policy.value as double) as target_value,
        'policy' as target_basis,
        policy.source as target_source
    from indicators
    inner join {{ ref('int_policy') }} as policy on indicators.policy_key = policy.rule_key
    where
        not exists (
            select 1 from delivered
            where
                delivered.plan_year = {{ as_of('plan_year') }}
                and delivered.grouping_kind = 'city'
                and delivered.indicator = indicators.indicator
        )
),

whole as (
    select * from delivered
    union all
    select * from by_policy
),

final as (
    select
        whole.plan_name,
        cast(whole.plan_year as bigint) as plan_year,
        whole.indicator,
        indicators.name as indicator_name,
        indicators.unit,
        indicators.is_rate,
        indicators.direction,
        whole.grouping_kind,
        whole.group_code,
        areas.group_name,
        cast(whole.target_value as double) as target_value,
        whole.target_basis,
        whole.target_source,
        make_date(cast(whole.plan_year as integer), 12, 31) as due_on
    from whole
    inner join indicators on whole.indicator = indicators.indicator
    left join areas on whole.grouping_kind = areas.grouping_kind and whole.group_code = areas.group_code
    qualify row_number() over (
        partition by whole.plan_name, whole.plan_year, whole.indicator, whole.grouping_kind, whole.group_code
        order by whole.target_value desc
    ) = 1
)

select * from final
