with source as (
    select * from {{ source('input', 'enterprise_records') }}
),

renamed as (
    select
        feed,
        enterprise_id,
        record_key,
        record_key_raw,
        is_current,
        minted_on,
        link_basis,
        link_confidence
    from source
)

select * from renamed
