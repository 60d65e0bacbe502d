with records as (
    select 'tax' as feed, record_key, record_key_raw, valid_from, valid_to from {{ ref('stg_tax') }}
    union all
    select 'hr', record_key, record_key_raw, valid_from, valid_to from {{ ref('stg_hr') }}
    union all
    select 'union_organisations', union_id, union_id_raw, valid_from, valid_to
    from {{ ref('stg_union_organisations') }}
    union all
    select 'union_coverage', record_key, record_key_raw, valid_from, valid_to from {{ ref('stg_union_coverage') }}
    union all
    select 'verifications', record_key, record_key_raw, valid_from, valid_to
    from {{ source('input', 'records_verifications') }}
    union all
    select 'base_list', record_key, record_key_raw, valid_from, valid_to
    from {{ source('input', 'records_base_list') }}
),

in_force as (
    select
        feed,
        record_key,
        record_key_raw
    from records
    where valid_from <= {{ as_of('valid_on') }} and valid_to > {{ as_of('valid_on') }}
),

links as (
    select * from {{ ref('stg_links') }}
    where valid_from <= {{ as_of('valid_on') }} and valid_to > {{ as_of('valid_on') }}
),

linked as (
    select
        links.enterprise_id,
        in_force.feed,
        in_force.record_key_raw as record_key,
        links.link_basis,
        links.link_confidence
    from in_force
    inner join links on in_force.feed = links.feed and in_force.record_key = links.record_key
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
