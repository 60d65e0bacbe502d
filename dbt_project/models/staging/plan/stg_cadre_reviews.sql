with source as (
    {{ in_force('cadre_reviews') }}
),

renamed as (
    select
        record_key,
        {{ union_key('union_no') }} as union_id,
        name,
        reviewed_on,
        nullif(extent, '') as extent,
        party_unit,
        delivery_id,
        line
    from source
)

select * from renamed
