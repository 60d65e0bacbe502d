with versions as (
    select * from {{ ref('int_enterprise_versions') }}
    where valid_from <= {{ as_of('valid_on') }}
),

-- The version in force on valid_on speaks for the whole life; of a deleted record, the last one.
latest as (
    select * from versions
    qualify row_number() over (partition by enterprise_id order by valid_from desc) = 1
),

undated_ends as (
    {{ undated_ends('versions', 'enterprise_id') }}
),

seen as (
    select
        enterprise_id,
        min(first_seen_on) as first_seen_on,
        max(last_seen_on) as last_seen_on
    from versions
    group by enterprise_id
),

final as (
    select
        latest.enterprise_id,
        latest.valid_to > {{ as_of('valid_on') }} as is_recorded,
        latest.is_absent,
        latest.established_on,
        coalesce(latest.established_on, seen.first_seen_on) as starts_on,
        if(latest.established_on is null, 'first_seen_on', 'established_on') as start_basis,
        coalesce(latest.ended_on, undated_ends.ends_on, date '9999-12-31') as ends_on,
        latest.valid_to as recorded_to,
        seen.first_seen_on,
        seen.last_seen_on
    from latest
    inner join seen on latest.enterprise_id = seen.enterprise_id
    left join undated_ends on latest.enterprise_id = undated_ends.enterprise_id
)

select * from final
