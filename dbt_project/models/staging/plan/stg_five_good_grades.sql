with source as (
    {{ in_force('five_good_grades') }}
),

renamed as (
    select
        record_key,
        {{ union_key('union_no') }} as union_id,
        name,
        nullif(action, '') as action,
        nullif(grade, '') as grade,
        decided_on,
        valid_until,
        delivery_id,
        line
    from source
)

select * from renamed
