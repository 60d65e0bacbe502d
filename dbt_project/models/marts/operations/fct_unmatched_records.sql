with unmatched as (
    select * from {{ ref('stg_unmatched') }}
    where valid_from <= {{ as_of('valid_on') }} and valid_to > {{ as_of('valid_on') }}
),

records as (
    select * from {{ ref('int_records_in_force') }}
),

final as (
    select
        unmatched.feed,
        records.record_key_raw as record_key,
        records.name,
        unmatched.reason,
        unmatched.candidates,
        records.delivery_id as source_delivery_id,
        cast(records.line as bigint) as source_line
    from unmatched
    inner join records on unmatched.feed = records.feed and unmatched.record_key = records.record_key
)

select * from final
order by feed, record_key
