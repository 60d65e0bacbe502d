with source as (
    {{ in_force('founding_quality') }}
),

renamed as (
    select
        record_key,
        {{ union_key('union_no') }} as union_id,
        name,
        version,
        item_code,
        assessed_on,
        nullif(result, '') as result,
        delivery_id,
        line
    from source
)

select * from renamed
