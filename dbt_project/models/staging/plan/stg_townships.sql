with source as (
    {{ in_force('townships') }}
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
)

select * from renamed
