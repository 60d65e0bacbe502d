with source as (
    select * from {{ source('input', 'records_union_funds') }}
),

renamed as (
    select
        split_part(record_key, '|', 1) as union_id,
        cast(year as integer) as year,
        budget,
        income,
        coalesce(subsidy, 0) as subsidy
    from source
    where {{ holds_on_valid_on('source') }}
)

select * from renamed
