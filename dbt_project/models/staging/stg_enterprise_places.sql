with source as (
    select * from {{ source('input', 'enterprise_places') }}
),

renamed as (
    select
        enterprise_id,
        valid_from,
        valid_to,
        district_code,
        managing_area,
        street_code,
        district_basis
    from source
)

select * from renamed
