-- The days on which a union is alive and in status 正常, cut where its kind or its figures change.
with versions as (
    select * from {{ ref('int_union_versions') }}
),

statuses as (
    select * from {{ ref('int_union_status_spells') }}
    where status_class = 'normal'
),

lives as (
    select * from {{ ref('int_union_lives') }}
),

overlapping as (
    select
        versions.union_id,
        versions.kind,
        versions.cover_by_host,
        versions.cover_by_line,
        lives.starts_on,
        lives.ends_on,
        versions.asserted_on,
        versions.staff_count,
        versions.member_count,
        statuses.valid_from as normal_from,
        statuses.valid_to as normal_to,
        greatest(versions.valid_from, statuses.valid_from, lives.starts_on) as valid_from,
        least(versions.valid_to, statuses.valid_to, lives.ends_on, {{ as_of('until_on') }}) as valid_to
    from versions
    inner join statuses on versions.union_id = statuses.union_id
    inner join lives on versions.union_id = lives.union_id
),

final as (
    select * from overlapping
    where valid_from < valid_to
)

select * from final
