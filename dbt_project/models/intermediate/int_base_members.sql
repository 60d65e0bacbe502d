-- One row per member of each base on valid_on: enterprises, and listed firms that match nothing.
-- A grouping of any kind only needs to count these rows.
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
        enterprises.district_code,
        enterprises.managing_area,
        enterprises.street_code,
        enterprises.industry_section,
        enterprises.ownership,
        enterprises.size_code
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
        null as district_code,
        null as managing_area,
        null as street_code,
        null as industry_section,
        'unknown' as ownership,
        'unknown' as size_code
    from {{ ref('int_frozen_list') }}
    where enterprise_id is null
),

final as (
    select * from members
    union all
    select * from unmatched
)

select * from final
