with records as (
    select * from {{ ref('int_records_in_force') }}
),

links as (
    select * from {{ ref('stg_links') }}
    where valid_from <= {{ as_of('valid_on') }} and valid_to > {{ as_of('valid_on') }}
),

linked as (
    select
        links.enterprise_id,
        records.feed,
        records.record_key_raw as record_key,
        links.link_basis,
        links.link_confidence
    from records
    inner join links on records.feed = links.feed and records.record_key = links.record_key
),

own_records as (
    select
        enterprise_id,
        feed,
        record_key_raw as record_key,
        link_basis,
        link_confidence
    from {{ ref('stg_enterprise_records') }}
),

final as (
    select * from own_records
    union all
    select * from linked
)

select
    enterprise_id,
    feed,
    record_key,
    link_basis,
    cast(link_confidence as double) as link_confidence
from final
order by enterprise_id, feed, record_key
