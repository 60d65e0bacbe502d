with source as (
    select * from {{ source('input', 'records_townships') }}
),

renamed as (
    select
        record_key as street_code,
        street_name,
        firm_count,
        staff_count,
        village_count,
        village_union_count,
        delivery_id,
        line
    from source
    where {{ holds_on_valid_on('source') }}
)

select * from renamed
