with unions as (
    select * from {{ ref('int_grassroots_unions') }}
),

enterprises as (
    select * from {{ ref('int_enterprises') }}
),

small_or_medium as (
    select enterprise_id from enterprises
    where staff_count < {{ policy_int('size.sme.staff_below') }}
),

lists as (
    select * from {{ ref('employment_groups') }}
    where
        (valid_from is null or valid_from <= {{ as_of('valid_on') }})
        and (valid_to is null or valid_to > {{ as_of('valid_on') }})
),

reported as (
    select
        unions.union_id,
        unions.district,
        unions.managing_area,
        lists.parent,
        lists.group_key,
        lists.name,
        lists.list_version,
        case when counts.member_count between 0 and 1000000 then counts.member_count end as member_count,
        {{ usable_count('counts.worker_count') }} as worker_count
    from {{ ref('stg_member_groups') }} as counts
    inner join unions on counts.union_id = unions.union_id
    inner join lists on counts.group_name = lists.name
    where counts.counted_on is null or counts.counted_on <= {{ as_of('valid_on') }}
),

-- One row per union, group and base: members and base of it. Where one of them is missing, the union is silent.
facts as (
    select
        union_id,
        district,
        managing_area,
        'all' as member_group,
        'union_staff' as base_kind,
        member_count as n,
        staff_count as base
    from unions
    union all
    select
        union_id,
        district,
        managing_area,
        'all',
        'live_staff',
        member_count,
        0
    from unions
    union all
    select
        union_id,
        district,
        managing_area,
        'women',
        'members',
        women_count,
        member_count
    from unions
    union all
    select
        union_id,
        district,
        managing_area,
        'migrant',
        'members',
        migrant_count,
        member_count
    from unions
    union all
    select
        unions.union_id,
        unions.district,
        unions.managing_area,
        'sme',
        'union_staff',
        unions.member_count,
        unions.staff_count
    from unions
    inner join small_or_medium on unions.host_enterprise_id = small_or_medium.enterprise_id
    union all
    select
        union_id,
        district,
        managing_area,
        unnest(if(parent = group_key, [parent], [parent, group_key])),
        'group_workers',
        member_count,
        worker_count
    from reported
),

counted as (
    select
        case
            when grouping(district) = 0 then 'district'
            when grouping(managing_area) = 0 then 'managing_area'
            else 'city'
        end as grouping_kind,
        coalesce(district, managing_area, '210200') as group_code,
        member_group,
        base_kind,
        count(distinct union_id) filter (n is not null and base is not null) as n_unions,
        count(distinct union_id) filter (n is null or base is null) as n_unions_silent,
        cast(sum(n) filter (n is not null and base is not null) as bigint) as n_members,
        cast(sum(base) filter (n is not null and base is not null) as bigint) as n_base
    from facts
    group by
        grouping sets (
            (member_group, base_kind),
            (member_group, base_kind, district),
            (member_group, base_kind, managing_area)
        )
),

live_staff as (
    select
        case
            when grouping(district_code) = 0 then 'district'
            when grouping(managing_area) = 0 then 'managing_area'
            else 'city'
        end as grouping_kind,
        if(
            grouping(district_code) = 0 or grouping(managing_area) = 0,
            coalesce(district_code, managing_area, 'unknown'),
            '210200'
        ) as group_code,
        cast(sum(staff_count) as bigint) as n_base
    from enterprises
    where in_base_live
    group by grouping sets ((), (district_code), (managing_area))
),

lasting (member_group, label, base_kind) as (
    values
    ('all', '全体会员', 'union_staff'),
    ('all', '全体会员', 'live_staff'),
    ('women', '女会员', 'members'),
    ('migrant', '农民工会员', 'members'),
    ('sme', '中小企业会员', 'union_staff'),
    ('informal', '非正规就业会员', 'group_workers'),
    ('new_form', '新就业形态会员', 'group_workers')
),

-- Every group of members that is told of; new forms of employment only by a list in force.
kinds as (
    select
        member_group,
        label,
        base_kind,
        cast(null as varchar) as list_version
    from lasting
    union all
    select
        group_key,
        name,
        'group_workers',
        list_version
    from lists
    where group_key <> parent
),

versions as (
    select
        parent,
        max(list_version) as list_version
    from lists
    group by parent
),

wanted as (
    select
        groups.grouping_kind,
        groups.group_code,
        groups.group_name,
        kinds.member_group,
        kinds.label,
        coalesce(kinds.list_version, versions.list_version) as list_version,
        kinds.base_kind,
        case
            when not {{ is_received('union_organisations') }} then 'union_register_not_received'
            when kinds.base_kind = 'group_workers' and versions.parent is null and kinds.list_version is null
                then 'no_list_in_force'
            when kinds.base_kind = 'group_workers' and not {{ is_received('member_groups') }}
                then 'member_groups_not_received'
        end as reason
    from {{ ref('int_groups') }} as groups
    cross join kinds
    left join versions on kinds.member_group = versions.parent
    where groups.grouping_kind in ('city', 'district', 'managing_area')
),

joined as (
    select
        wanted.*,
        if(wanted.reason is null, coalesce(counted.n_unions, 0), null) as n_unions,
        if(wanted.reason is null, coalesce(counted.n_unions_silent, 0), null) as n_unions_silent,
        if(wanted.reason is null, coalesce(counted.n_members, 0), null) as n_members,
        if(
            wanted.reason is null,
            coalesce(if(wanted.base_kind = 'live_staff', live_staff.n_base, counted.n_base), 0),
            null
        ) as n_base
    from wanted
    left join counted
        on
            wanted.grouping_kind = counted.grouping_kind
            and wanted.group_code = counted.group_code
            and wanted.member_group = counted.member_group
            and wanted.base_kind = counted.base_kind
    left join live_staff
        on wanted.grouping_kind = live_staff.grouping_kind and wanted.group_code = live_staff.group_code
),

final as (
    select
        grouping_kind as "grouping",
        group_code,
        group_name,
        member_group,
        label as group_label,
        list_version,
        base_kind,
        cast(n_unions as bigint) as n_unions,
        cast(n_unions_silent as bigint) as n_unions_silent,
        n_members,
        n_base,
        {{ rate('n_members', 'n_base') }} as rate,
        if(reason is null, 'judged', 'not_judged') as status,
        reason
    from joined
)

select * from final
order by "grouping", group_code, member_group, base_kind
