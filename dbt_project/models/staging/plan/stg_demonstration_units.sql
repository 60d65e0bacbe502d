with source as (
    {{ in_force('demonstration_units') }}
),

renamed as (
    select
        record_key,
        name,
        {{ union_key('union_no') }} as union_id,
        nullif(category, '') as category,
        nurtured_on,
        named_on,
        withdrawn_on,
        delivery_id,
        line
    from source
)

select * from renamed
