with enterprises as (
    select * from {{ ref('int_enterprises') }}
),

final as (
    select
        enterprise_id,
        uscc,
        org_code,
        reg_no,
        name,
        enterprise_type,
        ownership,
        industry_section,
        district_code,
        managing_area,
        street_code,
        district_basis,
        status,
        status_class,
        status_basis,
        established_on,
        nullif(ended_on, date '0001-01-01') as ended_on,
        staff_count,
        staff_source,
        staff_as_of,
        in_scope,
        scope_basis,
        exclusion_reason,
        address,
        business_address,
        first_seen_on,
        last_seen_on,
        is_absent,
        is_recorded,
        delivery_id as source_delivery_id,
        cast(line as bigint) as source_line
    from enterprises
)

select * from final
order by enterprise_id
