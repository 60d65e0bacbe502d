-- The list of the plan year: named for it, or (no year in its name) frozen in it; of several the
-- latest frozen, then the last recorded, then by name. One row per listed row; no list, no rows.
with listed as (
    select * from {{ ref('stg_base_list') }}
    qualify row_number() over (partition by record_key order by version_no desc) = 1
),

eligible as (
    select
        listed.*,
        max(listed.frozen_on) over (partition by listed.list_key) as list_frozen_on,
        max(listed.recorded_at) over (partition by listed.list_key) as list_recorded_at
    from listed
    where
        listed.frozen_on <= {{ as_of('valid_on') }}
        and if(
            regexp_matches(listed.list_key, '(^|[^0-9])(19|20)[0-9]{2}([^0-9]|$)'),
            regexp_matches(listed.list_key, '(^|[^0-9])' || {{ as_of('plan_year') }} || '([^0-9]|$)'),
            year(listed.frozen_on) = {{ as_of('plan_year') }}
        )
),

chosen as (
    select * from eligible
    qualify dense_rank() over (order by list_frozen_on desc, list_recorded_at desc, list_key asc) = 1
),

links as (
    select * from {{ ref('stg_links') }}
    where
        feed = 'base_list'
        and valid_from <= {{ as_of('valid_on') }}
        and valid_to > {{ as_of('valid_on') }}
),

final as (
    select
        chosen.record_key,
        chosen.list_frozen_on,
        links.enterprise_id
    from chosen
    left join links on chosen.record_key = links.record_key
)

select * from final
