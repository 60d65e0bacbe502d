with source as (
    select * from {{ source('input', 'asof') }}
),

registry as (
    select coalesce(feeds.first_full_on, feeds.first_reference_on) as known_from
    from {{ source('input', 'feeds') }} as feeds
    where feeds.feed = 'commerce'
),

renamed as (
    select
        source.valid_on,
        cast(source.valid_on + 1 as date) as until_on,
        source.known_at,
        cast(source.plan_year as integer) as plan_year,
        source.release_kind,
        source.code_version,
        make_date(cast(source.plan_year as integer), 1, 1) as plan_year_starts_on
    from source
),

final as (
    select
        renamed.*,
        greatest(renamed.plan_year_starts_on, coalesce(registry.known_from, renamed.plan_year_starts_on)) as daily_from
    from renamed
    left join registry on true
)

select * from final
