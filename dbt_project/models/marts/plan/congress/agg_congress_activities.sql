with activities as (
    select * from {{ ref('stg_congress_activities') }}
    where held_on <= {{ as_of('valid_on') }}
),

congresses as (
    select
        congress,
        min(held_on) filter (kind = '大会召开') as opened_on
    from activities
    group by congress
    union
    -- A congress that is only being prepared has no activity yet.
    select distinct
        candidates.congress,
        cast(null as date)
    from {{ ref('int_congress_candidates') }} as candidates
    anti join activities on candidates.congress = activities.congress
),

unions as (
    select
        union_id,
        kind,
        coalesce(district_code, 'unknown') as district
    from {{ ref('int_unions') }}
    where is_normal
),

held as (
    select
        activities.congress,
        activities.union_id,
        count(*) as n_activities,
        coalesce(sum(activities.participants), 0) as n_participants,
        count(*) filter (activities.participants is null) as n_participants_unknown,
        coalesce(
            min(activities.held_on) <= congresses.opened_on + {{ policy_int('congress.study.within_days') }}, false
        ) as is_in_time
    from activities
    inner join congresses
        on activities.congress = congresses.congress and activities.held_on >= congresses.opened_on
    where activities.kind is distinct from '大会召开'
    group by activities.congress, activities.union_id, congresses.opened_on
),

counted as (
    select
        congresses.congress,
        if(grouping(unions.district) = 0, 'district', 'city') as grouping_kind,
        coalesce(unions.district, '210200') as group_code,
        if(grouping(unions.kind) = 0, unions.kind, 'all') as union_kind,
        count(*) as n_unions,
        count(held.union_id) as n_active,
        count(*) filter (held.is_in_time) as n_active_in_time,
        coalesce(sum(held.n_activities), 0) as n_activities,
        coalesce(sum(held.n_participants), 0) as n_participants,
        coalesce(sum(held.n_participants_unknown), 0) as n_participants_unknown
    from congresses
    cross join unions
    left join held on congresses.congress = held.congress and unions.union_id = held.union_id
    group by
        grouping sets (
            (congresses.congress),
            (congresses.congress, unions.district),
            (congresses.congress, unions.kind),
            (congresses.congress, unions.district, unions.kind)
        )
),

groups as (
    select * from {{ ref('int_groups') }}
    where grouping_kind in ('city', 'district')
),

wanted as (
    select
        congresses.congress,
        groups.grouping_kind,
        groups.group_code,
        'all' as union_kind
    from congresses
    cross join groups
    union
    select
        congress,
        grouping_kind,
        group_code,
        union_kind
    from counted
),

filled as (
    select
        wanted.*,
        congresses.opened_on,
        coalesce(groups.group_name, wanted.group_code) as group_name,
        coalesce(counted.n_unions, 0) as n_unions,
        coalesce(counted.n_active, 0) as n_active,
        coalesce(counted.n_active_in_time, 0) as n_active_in_time,
        coalesce(counted.n_activities, 0) as n_activities,
        coalesce(counted.n_participants, 0) as n_participants,
        coalesce(counted.n_participants_unknown, 0) as n_participants_unknown,
        case
            when not {{ is_received('union_organisations') }} then 'feed_not_received'
            when congresses.opened_on is null then 'not_opened'
            when coalesce(counted.n_unions, 0) = 0 then 'empty'
        end as reason
    from wanted
    inner join congresses on wanted.congress = congresses.congress
    left join groups on wanted.grouping_kind = groups.grouping_kind and wanted.group_code = groups.group_code
    left join counted
        on
            wanted.congress = counted.congress
            and wanted.grouping_kind = counted.grouping_kind
            and wanted.group_code = counted.group_code
            and wanted.union_kind = counted.union_kind
),

final as (
    select
        {{ as_of('valid_on') }} as valid_on,
        congress,
        opened_on,
        grouping_kind as "grouping",
        group_code,
        group_name,
        union_kind,
        n_unions,
        n_active,
        n_active_in_time,
        cast(n_activities as bigint) as n_activities,
        cast(n_participants as bigint) as n_participants,
        cast(n_participants_unknown as bigint) as n_participants_unknown,
        if(reason is null, {{ rate('n_active', 'n_unions') }}, null) as rate,
        if(reason is null, {{ rate('n_active_in_time', 'n_unions') }}, null) as rate_in_time,
        if(reason is null, 'judged', 'not_judged') as status,
        reason
    from filled
)

select * from final
order by congress, "grouping", group_code, union_kind
