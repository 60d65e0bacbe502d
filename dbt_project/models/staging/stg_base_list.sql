with source as (
    select * from {{ source('input', 'records_base_list') }}
),

renamed as (
    select
        record_key,
        record_key_raw,
        version_no,
        valid_from,
        valid_to,
        valid_from_basis,
        asserted_on,
        recorded_at,
        asserted_seq,
        delivery_id,
        line,
        split_part(record_key, '|', 1) as list_key,
        list_name,
        name,
        uscc_raw as uscc,
        frozen_on
    from source
)

select * from renamed
