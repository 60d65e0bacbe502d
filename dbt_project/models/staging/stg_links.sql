with source as (
    select * from {{ source('input', 'links') }}
),

renamed as (
    select
        feed,
        record_key,
        valid_from,
        valid_to,
        enterprise_id,
        link_basis,
        link_confidence
    from source
)

select * from renamed
