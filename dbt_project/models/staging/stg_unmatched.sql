with source as (
    select * from {{ source('input', 'unmatched') }}
),

renamed as (
    select
        feed,
        record_key,
        valid_from,
        valid_to,
        reason,
        candidates
    from source
)

select * from renamed
