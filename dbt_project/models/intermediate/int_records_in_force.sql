-- Records of every feed but the registry, in force on valid_on: what may be attached to an enterprise.
{{ config(materialized='view') }}

with versions as (
    select * from {{ ref('int_record_versions') }}
),

final as (
    select
        feed,
        record_key,
        record_key_raw,
        name,
        delivery_id,
        line
    from versions
    where valid_from <= {{ as_of('valid_on') }} and valid_to > {{ as_of('valid_on') }}
)

select * from final
