with source as (
    select * from {{ source('input', 'records_hr') }}
),

renamed as (
    select
        record_key,
        record_key_raw,
        valid_from,
        valid_to,
        valid_from_basis,
        asserted_on,
        recorded_at,
        delivery_id,
        line,
        name,
        status,
        -- The column may be missing from the agency's file: then every unit is insured.
        coalesce(status, '参保') = '参保' as is_insured,
        month as month_starts_on,
        pension_count,
        injury_count,
        unemployment_count
    from source
)

select * from renamed
