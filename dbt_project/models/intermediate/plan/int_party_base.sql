-- Enterprises of the live base with a party organisation, and how many of them are covered: 党建带工建.
with flags as (
    select
        enterprise_id,
        has_party_organisation
    from {{ ref('stg_commerce') }}
    where valid_from <= {{ as_of('valid_on') }} and valid_to > {{ as_of('valid_on') }}
),

-- Null where the registry's file had no such column: then nothing is known of anybody.
known as (
    select bool_or(has_party_organisation is not null) as is_told from flags
),

members as (
    select
        coalesce(enterprises.district_code, 'unknown') as district,
        coalesce(enterprises.managing_area, 'unknown') as managing_area,
        enterprises.is_covered
    from {{ ref('int_enterprises') }} as enterprises
    inner join flags on enterprises.enterprise_id = flags.enterprise_id
    where enterprises.in_base_live and flags.has_party_organisation = '是'
),

counted as (
    select
        case
            when grouping(district) = 0 then 'district'
            when grouping(managing_area) = 0 then 'managing_area'
            else 'city'
        end as grouping_kind,
        coalesce(district, managing_area, '210200') as group_code,
        count(*) as n_base,
        count(*) filter (is_covered) as n_covered
    from members
    group by grouping sets ((), (district), (managing_area))
),

final as (
    select
        groups.grouping_kind,
        groups.group_code,
        coalesce(counted.n_base, 0) as n_base,
        coalesce(counted.n_covered, 0) as n_covered,
        case
            when not coalesce(known.is_told, false) then 'party_column_not_received'
            when not {{ is_received('union_organisations') }} then 'union_register_not_received'
        end as reason
    from {{ ref('int_groups') }} as groups
    left join counted on groups.grouping_kind = counted.grouping_kind and groups.group_code = counted.group_code
    cross join known
    where groups.grouping_kind in ('city', 'district', 'managing_area')
)

select * from final
