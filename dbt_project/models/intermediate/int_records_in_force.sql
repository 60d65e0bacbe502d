-- Records of every feed but the registry, in force on valid_on: what may be attached to an enterprise.
{{ config(materialized='view') }}

with final as (
    select
        'tax' as feed,
        record_key,
        record_key_raw,
        name,
        delivery_id,
        line
    from {{ ref('stg_tax') }}
    where valid_from <= {{ as_of('valid_on') }} and valid_to > {{ as_of('valid_on') }}
    union all
    select
        'hr',
        record_key,
        record_key_raw,
        name,
        delivery_id,
        line
    from {{ ref('stg_hr') }}
    where valid_from <= {{ as_of('valid_on') }} and valid_to > {{ as_of('valid_on') }}
    union all
    select
        'union_organisations',
        union_id,
        union_id_raw,
        name,
        delivery_id,
        line
    from {{ ref('stg_union_organisations') }}
    where valid_from <= {{ as_of('valid_on') }} and valid_to > {{ as_of('valid_on') }}
    union all
    select
        'union_coverage',
        record_key,
        record_key_raw,
        unit_name,
        delivery_id,
        line
    from {{ ref('stg_union_coverage') }}
    where valid_from <= {{ as_of('valid_on') }} and valid_to > {{ as_of('valid_on') }}
    union all
    select
        'verifications',
        record_key,
        record_key_raw,
        name,
        delivery_id,
        line
    from {{ ref('stg_verifications') }}
    where valid_from <= {{ as_of('valid_on') }} and valid_to > {{ as_of('valid_on') }}
    union all
    select
        'base_list',
        record_key,
        record_key_raw,
        name,
        delivery_id,
        line
    from {{ ref('stg_base_list') }}
    where valid_from <= {{ as_of('valid_on') }} and valid_to > {{ as_of('valid_on') }}
)

select * from final
