with source as (
    select * from {{ source('input', 'records_training_attendance') }}
),

renamed as (
    select
        record_key,
        split_part(record_key, '|', 1) as session_id,
        split_part(record_key, '|', 2) as person_key,
        {{ canonical_code('union_no') }} as union_id,
        {{ said('result') }} as result,
        {{ usable_date('completed_on') }} as completed_on,
        hours
    from source
    where {{ holds_on_valid_on('source') }}
)

select * from renamed
