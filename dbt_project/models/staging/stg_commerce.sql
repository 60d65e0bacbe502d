with source as (
    select * from {{ source('input', 'commerce_versions') }}
),

renamed as (
    select
        enterprise_id,
        record_key,
        record_key_raw,
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
        uscc,
        uscc_valid,
        uscc_org as org_code,
        reg_no,
        reg_no_valid,
        name,
        name_canonical,
        enterprise_type,
        registration_type,
        established_on,
        status,
        ended_on,
        industry_code,
        -- An address sometimes carries somebody's number; it is published.
        {{ masked('address') }} as address,
        {{ masked('business_address') }} as business_address,
        street_code,
        employed_count,
        has_party_organisation
    from source
)

select * from renamed
