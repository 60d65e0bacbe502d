with source as (
    {{ in_force('institution_building') }}
),

renamed as (
    select
        record_key,
        {{ union_key('union_no') }} as union_id,
        name,
        nullif(item, '') as item,
        started_on,
        ended_on,
        nullif(result, '') as result,
        delivery_id,
        line
    from source
)

select * from renamed
