with unmatched as (
    select * from {{ ref('stg_unmatched') }}
    where valid_from <= {{ as_of('valid_on') }} and valid_to > {{ as_of('valid_on') }}
),

records as (
    select 'tax' as feed, record_key, record_key_raw, valid_from, valid_to, name, delivery_id, line
    from {{ ref('stg_tax') }}
    union all
    select 'hr', record_key, record_key_raw, valid_from, valid_to, name, delivery_id, line
    from {{ ref('stg_hr') }}
    union all
    select 'union_organisations', union_id, union_id_raw, valid_from, valid_to, name, delivery_id, line
    from {{ ref('stg_union_organisations') }}
    union all
    select 'union_coverage', record_key, record_key_raw, valid_from, valid_to, unit_name, delivery_id, line
    from {{ ref('stg_union_coverage') }}
    union all
    select 'verifications', record_key, record_key_raw, valid_from, valid_to, name, delivery_id, line
    from {{ source('input', 'records_verifications') }}
    union all
    select 'base_list', record_key, record_key_raw, valid_from, valid_to, name, delivery_id, line
    from {{ source('input', 'records_base_list') }}
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
    inner join records
        on
            unmatched.feed = records.feed
            and unmatched.record_key = records.record_key
            and records.valid_from <= {{ as_of('valid_on') }}
            and records.valid_to > {{ as_of('valid_on') }}
)

select * from final
order by feed, record_key
