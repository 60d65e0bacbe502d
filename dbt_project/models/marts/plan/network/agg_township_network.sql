with townships as (
    select
        *,
        coalesce(district_code, 'unknown') as district
    from {{ ref('fct_townships') }}
),

counted as (
    select
        if(grouping(district) = 0, 'district', 'city') as grouping_kind,
        coalesce(district, '210200') as group_code,
        count(*) as n_townships,
        count(*) filter (has_federation) as n_with_federation,
        count(*) filter (condition_status = 'met') as n_condition_met,
        count(*) filter (condition_status = 'not_judged') as n_condition_not_judged,
        count(*) filter (condition_status = 'met' and has_federation) as n_met_with_federation,
        count(*) filter (should_found) as n_should_found,
        sum(n_villages) filter (n_village_unions is not null) as n_villages,
        sum(n_village_unions) filter (n_villages is not null) as n_village_unions,
        count(*) filter (n_villages is null or n_village_unions is null) as n_villages_unreported
    from townships
    group by grouping sets ((), (district))
),

groups as (
    select * from {{ ref('int_groups') }}
    where grouping_kind in ('city', 'district')
),

known as (
    select {{ is_received('union_organisations') }} as is_register_known
),

filled as (
    select
        groups.grouping_kind,
        groups.group_code,
        groups.group_name,
        known.is_register_known,
        coalesce(counted.n_townships, 0) as n_townships,
        coalesce(counted.n_with_federation, 0) as n_with_federation,
        coalesce(counted.n_condition_met, 0) as n_condition_met,
        coalesce(counted.n_condition_not_judged, 0) as n_condition_not_judged,
        coalesce(counted.n_met_with_federation, 0) as n_met_with_federation,
        coalesce(counted.n_should_found, 0) as n_should_found,
        counted.n_villages,
        counted.n_village_unions,
        coalesce(counted.n_villages_unreported, 0) as n_villages_unreported,
        case
            when not known.is_register_known then 'feed_not_received'
            when coalesce(counted.n_condition_met, 0) = 0 then 'empty'
        end as reason
    from groups
    left join counted on groups.grouping_kind = counted.grouping_kind and groups.group_code = counted.group_code
    cross join known
),

final as (
    select
        {{ as_of('valid_on') }} as valid_on,
        grouping_kind as "grouping",
        group_code,
        group_name,
        n_townships,
        if(is_register_known, n_with_federation, null) as n_with_federation,
        n_condition_met,
        n_condition_not_judged,
        if(is_register_known, n_met_with_federation, null) as n_met_with_federation,
        if(is_register_known, n_should_found, null) as n_should_found,
        if(reason is null, {{ rate('n_met_with_federation', 'n_condition_met') }}, null) as federation_rate,
        cast(n_villages as bigint) as n_villages,
        cast(n_village_unions as bigint) as n_village_unions,
        n_villages_unreported,
        {{ rate('n_village_unions', 'n_villages') }} as village_rate,
        if(reason is null, 'judged', 'not_judged') as status,
        reason
    from filled
)

select * from final
order by "grouping", group_code
