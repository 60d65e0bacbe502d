with source as (
    select * from {{ source('input', 'records_union_organisations') }}
),

renamed as (
    select
        record_key as union_id,
        record_key_raw as union_id_raw,
        valid_from,
        valid_to,
        valid_from_basis,
        asserted_on,
        asserted_seq,
        recorded_at,
        delivery_id,
        line,
        first_seen_on,
        last_seen_on,
        is_absent,
        name,
        kind,
        parent_union_no,
        host_name,
        host_name_canonical,
        host_code_raw as host_code,
        host_code_org as host_org_code,
        founded_on,
        status,
        dissolved_on,
        staff_count,
        member_count,
        women_member_count,
        migrant_member_count,
        is_directly_subordinate
    from source
)

select * from renamed
