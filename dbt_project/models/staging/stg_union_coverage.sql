with source as (
    select * from {{ source('input', 'records_union_coverage') }}
),

renamed as (
    select
        record_key,
        record_key_raw,
        -- Canonical, as in the union register: the key's first cell, not the cell as written.
        split_part(record_key, '|', 1) as union_id,
        valid_from,
        valid_to,
        valid_from_basis,
        asserted_on,
        recorded_at,
        delivery_id,
        line,
        first_seen_on,
        unit_name,
        unit_name_canonical,
        unit_code_raw as unit_code,
        unit_code_org as unit_org_code,
        started_on,
        ended_on
    from source
)

select * from renamed
