with source as (
    select * from {{ source('input', 'records_congress_quotas') }}
),

renamed as (
    select
        congress,
        {{ said('body') }} as body,
        {{ said('dimension') }} as dimension,
        category,
        minimum,
        maximum,
        {{ said('unit') }} as unit
    from source
    where {{ holds_on_valid_on('source') }}
)

select * from renamed
