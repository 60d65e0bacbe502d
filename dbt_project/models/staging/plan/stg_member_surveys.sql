with source as (
    {{ in_force('member_surveys') }}
),

renamed as (
    select
        record_key,
        {{ union_key('union_no') }} as union_id,
        name,
        surveyed_on,
        asked_count,
        answer_count,
        aware_count,
        participating_count,
        satisfied_count,
        delivery_id,
        line
    from source
)

select * from renamed
