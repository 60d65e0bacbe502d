with source as (
    {{ in_force('union_funds') }}
),

renamed as (
    select
        split_part(record_key, '|', 1) as union_id,
        cast(year as integer) as year,
        budget,
        income,
        coalesce(subsidy, 0) as subsidy
    from source
)

select * from renamed
