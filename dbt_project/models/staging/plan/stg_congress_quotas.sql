with source as (
    {{ in_force('congress_quotas') }}
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
)

select * from renamed
