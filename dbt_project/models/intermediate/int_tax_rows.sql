-- Tax rows on the days on which they are an enterprise's: version in force and link in force.
with records as (
    select * from {{ ref('stg_tax') }}
    where valid_from < {{ as_of('until_on') }}
),

links as (
    select * from {{ ref('stg_links') }}
    where feed = 'tax'
),

final as (
    select
        links.enterprise_id,
        records.record_key,
        records.period_starts_on,
        records.period_ends_on,
        records.is_preparatory_fee,
        records.is_union_fee,
        records.amount_paid,
        {{ usable_count('records.staff_count') }} as staff_count,
        greatest(records.valid_from, links.valid_from) as valid_from,
        least(records.valid_to, links.valid_to) as valid_to
    from records
    inner join links
        on
            records.record_key = links.record_key
            and records.valid_from < links.valid_to
            and links.valid_from < records.valid_to
)

select * from final
