with versions as (
    select * from {{ ref('int_union_versions') }}
    where valid_from <= {{ as_of('valid_on') }}
),

latest as (
    select * from versions
    qualify row_number() over (partition by union_id order by valid_from desc) = 1
),

undated_ends as (
    {{ undated_ends('versions', 'union_id') }}
),

seen as (
    select
        union_id,
        min(first_seen_on) as first_seen_on,
        max(last_seen_on) as last_seen_on
    from versions
    group by union_id
),

final as (
    select
        latest.union_id,
        latest.valid_to > {{ as_of('valid_on') }} as is_recorded,
        latest.is_absent,
        latest.founded_on,
        coalesce(latest.founded_on, seen.first_seen_on) as starts_on,
        coalesce(latest.ended_on, undated_ends.ends_on, date '9999-12-31') as ends_on,
        latest.valid_to as recorded_to,
        seen.last_seen_on
    from latest
    inner join seen on latest.union_id = seen.union_id
    left join undated_ends on latest.union_id = undated_ends.union_id
)

select * from final
