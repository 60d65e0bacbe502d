with source as (
    select * from {{ source('input', 'records_work_safety') }}
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
        worker_count,
        inspected_on
    from source
)

select * from renamed
