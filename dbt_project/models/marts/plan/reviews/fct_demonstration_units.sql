with units as (
    select * from {{ ref('stg_demonstration_units') }}
),

unions as (
    select * from {{ ref('int_unions') }}
),

reviews as (
    select * from {{ ref('int_chair_reviews') }}
),

joined as (
    select
        units.record_key as unit_no,
        units.name,
        units.union_id,
        unions.host_enterprise_id as enterprise_id,
        unions.district_code,
        units.category,
        case
            when units.category = '非公企业' then 'non_public'
            when units.category in ('国有企业', '事业单位') then 'state'
        end as target_group,
        if(units.nurtured_on <= {{ as_of('valid_on') }}, units.nurtured_on, null) as nurtured_on,
        if(units.named_on <= {{ as_of('valid_on') }}, units.named_on, null) as named_on,
        if(units.withdrawn_on <= {{ as_of('valid_on') }}, units.withdrawn_on, null) as withdrawn_on,
        unions.host_ownership as ownership,
        if(unions.union_id is null, null, coalesce(reviews.is_complete, false)) as is_activity_complete,
        units.delivery_id,
        units.line
    from units
    left join unions on units.union_id = unions.union_id
    left join reviews on units.union_id = reviews.union_id
),

judged as (
    select
        *,
        case
            when target_group is null then 'category_missing'
            when nurtured_on is null and named_on is null and withdrawn_on is null then 'dates_missing'
        end as reason
    from joined
),

final as (
    select
        unit_no,
        name,
        union_id,
        enterprise_id,
        district_code,
        category,
        target_group,
        case
            when reason is not null then 'not_judged'
            when withdrawn_on is not null then 'withdrawn'
            when named_on is not null then 'named'
            else 'nurturing'
        end as state,
        nurtured_on,
        named_on,
        withdrawn_on,
        ownership,
        case
            when ownership is null or ownership = 'unknown' or target_group is null or category = '事业单位' then null
            when target_group = 'non_public' then ownership in ('non_public', 'hmt_foreign')
            else ownership = 'public'
        end as is_consistent,
        is_activity_complete,
        reason,
        delivery_id as source_delivery_id,
        cast(line as bigint) as source_line
    from judged
)

select * from final
order by unit_no
