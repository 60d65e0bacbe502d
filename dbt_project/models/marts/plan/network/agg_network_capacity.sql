with firms as (
    select
        coalesce(district_code, 'unknown') as district,
        coalesce(street_code, 'unknown') as street,
        responsible_basis = 'assigned' as is_assigned,
        has_person
    from {{ ref('fct_responsibility') }}
),

unions as (
    select
        union_id,
        members,
        coalesce(district_code, 'unknown') as district,
        coalesce(street_code, 'unknown') as street
    from {{ ref('int_unions') }}
    where is_normal
),

-- A person counts once in a group, and as full time if any of its posts is.
cadres as (
    select
        person_id,
        coalesce(district_code, 'unknown') as district,
        coalesce(street_code, 'unknown') as street,
        coalesce(is_full_time, false) as is_full_time
    from {{ ref('fct_cadre_posts') }}
    where is_in_office
),

yearly as (
    select * from {{ ref('stg_union_funds') }}
    where year <= {{ as_of('plan_year') }}
),

newest as (
    select max(year) as funds_year from yearly
),

funds as (
    select
        unions.district,
        unions.street,
        cast(yearly.budget as decimal(18, 2)) as needed,
        cast(yearly.income as decimal(18, 2)) + cast(yearly.subsidy as decimal(18, 2)) as available
    from yearly
    inner join unions on yearly.union_id = unions.union_id
    inner join newest on yearly.year = newest.funds_year
    where
        yearly.budget is not null
        and yearly.income is not null
),

firms_counted as (
    select
        {{ place_grouping() }},
        count(*) as n_firms,
        count(*) filter (is_assigned) as n_firms_assigned,
        count(*) filter (has_person) as n_firms_with_person
    from firms
    group by {{ by_place() }}
),

unions_counted as (
    select
        {{ place_grouping() }},
        count(*) as n_unions,
        cast(sum(members) as bigint) as n_members
    from unions
    group by {{ by_place() }}
),

cadres_counted as (
    select
        {{ place_grouping() }},
        count(distinct person_id) as n_cadres,
        count(distinct person_id) filter (is_full_time) as n_full_time
    from cadres
    group by {{ by_place() }}
),

funds_counted as (
    select
        {{ place_grouping() }},
        count(*) as n_unions_funds,
        count(*) filter (available < needed) as n_unions_funds_short,
        sum(needed) as funds_needed,
        sum(available) as funds_available
    from funds
    group by {{ by_place() }}
),

groups as (
    select * from {{ ref('int_groups') }}
    where grouping_kind in ('city', 'district', 'street')
),

wanted as (
    select
        grouping_kind,
        group_code
    from groups
    where grouping_kind in ('city', 'district')
    union
    select
        grouping_kind,
        group_code
    from firms_counted
    union
    select
        grouping_kind,
        group_code
    from unions_counted
),

known as (
    select
        {{ is_received('union_organisations') }} as is_register_known,
        {{ is_received('cadre_posts') }} as is_office_known,
        {{ is_received('responsible_cadres') }} as is_duty_known,
        newest.funds_year,
        {{ policy_int('capacity.max_firms_per_cadre') }} as max_firms,
        {{ policy_int('capacity.max_members_per_full_time') }} as max_members
    from newest
),

filled as (
    select
        wanted.*,
        known.funds_year,
        known.max_firms,
        known.max_members,
        coalesce(groups.group_name, wanted.group_code) as group_name,
        coalesce(firms_counted.n_firms, 0) as n_firms,
        if(known.is_duty_known, coalesce(firms_counted.n_firms_assigned, 0), null) as n_firms_assigned,
        if(known.is_duty_known, coalesce(firms_counted.n_firms_with_person, 0), null) as n_firms_with_person,
        if(known.is_register_known, coalesce(unions_counted.n_unions, 0), null) as n_unions,
        unions_counted.n_members,
        if(known.is_office_known, coalesce(cadres_counted.n_cadres, 0), null) as n_cadres,
        if(known.is_office_known, coalesce(cadres_counted.n_full_time, 0), null) as n_full_time,
        coalesce(funds_counted.n_unions_funds, 0) as n_unions_funds,
        coalesce(funds_counted.n_unions_funds_short, 0) as n_unions_funds_short,
        funds_counted.funds_needed,
        funds_counted.funds_available
    from wanted
    cross join known
    left join groups on wanted.grouping_kind = groups.grouping_kind and wanted.group_code = groups.group_code
    left join firms_counted
        on wanted.grouping_kind = firms_counted.grouping_kind and wanted.group_code = firms_counted.group_code
    left join unions_counted
        on wanted.grouping_kind = unions_counted.grouping_kind and wanted.group_code = unions_counted.group_code
    left join cadres_counted
        on wanted.grouping_kind = cadres_counted.grouping_kind and wanted.group_code = cadres_counted.group_code
    left join funds_counted
        on wanted.grouping_kind = funds_counted.grouping_kind and wanted.group_code = funds_counted.group_code
),

judged as (
    select
        *,
        n_firms > max_firms * n_cadres as is_overloaded,
        n_members > max_members * n_full_time as is_short_of_hands,
        funds_available < funds_needed as is_short_of_funds
    from filled
),

problems as (
    select
        *,
        cast(is_overloaded as bigint) + cast(is_short_of_hands as bigint)
        + cast(is_short_of_funds as bigint) as n_problems,
        case
            when is_overloaded is null then 'no_cadres'
            when is_short_of_hands is null then 'no_members'
            when is_short_of_funds is null then 'no_funds'
        end as reason
    from judged
),

classes as (
    select * from {{ ref('guidance_classes') }}
    where scheme = 'capacity'
),

classed as (
    select
        problems.*,
        classes.class_code,
        classes.guidance
    from problems
    left join classes on problems.n_problems >= classes.min_problems
    qualify
        row_number() over (
            partition by problems.grouping_kind, problems.group_code order by classes.priority
        ) = 1
),

final as (
    select
        {{ as_of('valid_on') }} as valid_on,
        grouping_kind as "grouping",
        group_code,
        group_name,
        n_firms,
        n_firms_assigned,
        n_firms_with_person,
        n_unions,
        n_members,
        n_cadres,
        n_full_time,
        {{ rate('n_firms', 'n_cadres') }} as firms_per_cadre,
        {{ rate('n_members', 'n_full_time') }} as members_per_full_time,
        funds_year,
        n_unions_funds,
        n_unions_funds_short,
        cast(funds_needed as double) as funds_needed,
        cast(funds_available as double) as funds_available,
        is_overloaded,
        is_short_of_hands,
        is_short_of_funds,
        n_problems,
        class_code,
        guidance,
        if(reason is null, 'judged', 'not_judged') as status,
        reason
    from classed
)

select * from final
order by "grouping", group_code
