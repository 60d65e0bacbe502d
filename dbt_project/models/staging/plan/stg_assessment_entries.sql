with source as (
    select * from {{ source('input', 'records_assessment_entries') }}
    qualify row_number() over (partition by record_key order by version_no desc) = 1
),

renamed as (
    select
        record_key,
        assessment_year,
        subject_kind,
        {{ union_key('subject_code') }} as subject_code,
        item,
        value,
        happened_on,
        {{ masked('basis') }} as basis,
        delivery_id,
        line
    from source
)

select * from renamed
