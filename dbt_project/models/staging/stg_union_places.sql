with source as (
    select * from {{ source('input', 'union_places') }}
),

renamed as (
    select
        union_id,
        valid_from,
        valid_to,
        district_code,
        managing_area,
        street_code
    from source
)

select * from renamed
