with source as (
    {{ in_force('chair_reviews') }}
),

renamed as (
    select
        record_key,
        {{ union_key('union_no') }} as union_id,
        name,
        nullif(kind, '') as kind,
        nullif(audience, '') as audience,
        held_on,
        nullif(result, '') as result,
        delivery_id,
        line
    from source
)

select * from renamed
