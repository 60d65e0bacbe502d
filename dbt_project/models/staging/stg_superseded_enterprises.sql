with source as (
    select * from {{ source('input', 'superseded_enterprises') }}
),

renamed as (
    select
        enterprise_id,
        superseded_by,
        basis
    from source
)

select * from renamed
