-- One row per member of each base on valid_on: enterprises, and listed firms that match nothing.
-- Each is in one group of every grouping, be it `unknown`: coverage only needs to count these rows.
with enterprises as (
    select * from {{ ref('int_enterprises') }}
),

bases as (
    unpivot (
        select
            enterprise_id,
            in_base_live as live,
            in_base_live_25 as live_25,
            in_base_due as due,
            coalesce(in_base_frozen, false) as frozen
        from enterprises
    )
    on live, live_25, due, frozen
    into name base_kind value is_member
),

members as (
    select
        bases.base_kind,
        enterprises.enterprise_id as member_key,
        true as is_matched,
        enterprises.is_covered,
        enterprises.cover_kind,
        enterprises.staff_count is null as is_staff_unknown,
        enterprises.is_absent,
        coalesce(enterprises.district_code, 'unknown') as district,
        coalesce(enterprises.managing_area, 'unknown') as managing_area,
        coalesce(enterprises.street_code, 'unknown') as street,
        coalesce(enterprises.industry_section, 'unknown') as industry,
        enterprises.ownership,
        enterprises.size_code as size
    from bases
    inner join enterprises on bases.enterprise_id = enterprises.enterprise_id
    where bases.is_member
),

unmatched as (
    select
        'frozen' as base_kind,
        record_key as member_key,
        false as is_matched,
        if({{ is_received('union_organisations') }}, false, null) as is_covered,
        if({{ is_received('union_organisations') }}, 'none', null) as cover_kind,
        true as is_staff_unknown,
        false as is_absent,
        'unknown' as district,
        'unknown' as managing_area,
        'unknown' as street,
        'unknown' as industry,
        'unknown' as ownership,
        'unknown' as size
    from {{ ref('int_frozen_list') }}
    where enterprise_id is null
),

final as (
    select * from members
    union all
    select * from unmatched
)

select * from final
