with source as (
    select * from {{ source('input', 'records_tax') }}
),

renamed as (
    select
        record_key,
        record_key_raw,
        valid_from,
        valid_to,
        valid_from_basis,
        asserted_on,
        recorded_at,
        delivery_id,
        line,
        name,
        charge_item,
        period as period_starts_on,
        last_day(period) as period_ends_on,
        staff_count,
        amount_paid,
        coalesce(charge_item, '') = '建会筹备金' as is_preparatory_fee,
        coalesce(charge_item, '') = '工会经费' as is_union_fee
    from source
)

select * from renamed
