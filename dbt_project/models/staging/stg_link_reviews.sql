with source as (
    select * from {{ source('input', 'link_reviews') }}
),

renamed as (
    select
        basis,
        n_judged,
        n_same
    from source
)

select * from renamed
