with source as (
    {{ in_force('training_attendance') }}
),

renamed as (
    select
        record_key,
        split_part(record_key, '|', 1) as session_id,
        split_part(record_key, '|', 2) as person_key,
        {{ union_key('union_no') }} as union_id,
        {{ said('result') }} as result,
        {{ usable_date('completed_on') }} as completed_on,
        hours
    from source
)

select * from renamed
