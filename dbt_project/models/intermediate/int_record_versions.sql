-- Every version of every record that may be attached to an enterprise, with the line it was read from.
-- Of append-only feeds the row that counts: the last recorded of its key.
{{ config(materialized='view') }}

with final as (
    select
        'tax' as feed,
        record_key,
        record_key_raw,
        cast(null as varchar) as union_id,
        valid_from,
        valid_to,
        valid_from_basis,
        asserted_on,
        recorded_at,
        delivery_id,
        line,
        name
    from {{ ref('stg_tax') }}
    union all
    select
        'hr',
        record_key,
        record_key_raw,
        null,
        valid_from,
        valid_to,
        valid_from_basis,
        asserted_on,
        recorded_at,
        delivery_id,
        line,
        name
    from {{ ref('stg_hr') }}
    union all
    select
        'union_organisations',
        union_id as record_key,
        union_id_raw as record_key_raw,
        union_id,
        valid_from,
        valid_to,
        valid_from_basis,
        asserted_on,
        recorded_at,
        delivery_id,
        line,
        name
    from {{ ref('stg_union_organisations') }}
    union all
    select
        'union_coverage',
        record_key,
        record_key_raw,
        union_id,
        valid_from,
        valid_to,
        valid_from_basis,
        asserted_on,
        recorded_at,
        delivery_id,
        line,
        unit_name as name
    from {{ ref('stg_union_coverage') }}
    union all
    select
        'verifications',
        record_key,
        record_key_raw,
        null,
        valid_from,
        valid_to,
        valid_from_basis,
        asserted_on,
        recorded_at,
        delivery_id,
        line,
        name
    from {{ ref('stg_verifications') }}
    qualify row_number() over (partition by record_key order by version_no desc) = 1
    union all
    select
        'base_list',
        record_key,
        record_key_raw,
        null,
        valid_from,
        valid_to,
        valid_from_basis,
        asserted_on,
        recorded_at,
        delivery_id,
        line,
        name
    from {{ ref('stg_base_list') }}
    qualify row_number() over (partition by record_key order by version_no desc) = 1
    union all
    select
        'work_safety',
        record_key,
        record_key_raw,
        null,
        valid_from,
        valid_to,
        valid_from_basis,
        asserted_on,
        recorded_at,
        delivery_id,
        line,
        name
    from {{ ref('stg_work_safety') }}
)

select * from final
