with source as (
    select * from {{ source('input', 'feeds') }}
),

renamed as (
    select
        feed,
        title,
        is_received,
        absence,
        rhythm,
        grace_days,
        first_reference_on,
        first_full_on,
        last_reference_on,
        last_full_on,
        last_received_at,
        days_behind,
        is_stale
    from source
)

select * from renamed
