with source as (
    select * from {{ source('input', 'records_verifications') }}
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
        name,
        inspected_on,
        finding,
        staff_count,
        reason,
        proposed_form,
        planned_by,
        responsible_unit,
        remark
    from source
)

select * from renamed
