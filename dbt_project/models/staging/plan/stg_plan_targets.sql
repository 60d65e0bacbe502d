with source as (
    {{ in_force('plan_targets') }}
),

renamed as (
    select
        record_key,
        plan_name,
        plan_year,
        indicator,
        nullif(left(area_code, 6), '') as area_code,
        target_value,
        source as target_source,
        delivery_id,
        line
    from source
)

select * from renamed
