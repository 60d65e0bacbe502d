with unions as (
    select * from {{ ref('int_unions') }}
),

final as (
    select
        union_id,
        name,
        kind,
        parent_union_id,
        district_code,
        managing_area,
        street_code,
        founded_on,
        ended_on,
        status,
        members,
        staff_count,
        host_enterprise_id,
        last_seen_on,
        is_absent,
        source_delivery_id,
        source_line
    from unions
)

select * from final
order by union_id
