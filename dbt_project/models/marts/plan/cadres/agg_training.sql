with attendances as (
    select * from {{ ref('int_training') }}
    where is_of_plan_year
),

categories as (
    select * from {{ ref('training_categories') }}
),

topics as (
    select
        category,
        unnest(string_split(words, '|')) as word
    from categories
    where dimension = 'topic'
),

-- One row per attendance and category it counts for.
placed as (
    select
        'total' as dimension,
        '总计' as category,
        attendances.*
    from attendances
    union all
    select
        'kind',
        coalesce(kind, '未填'),
        *
    from attendances
    union all
    select
        'channel',
        coalesce(channel, '未填'),
        *
    from attendances
    union all
    select
        'level',
        coalesce(level, '未填'),
        *
    from attendances
    union all
    select
        'place',
        coalesce(place, '未填'),
        *
    from attendances
    union all
    select distinct
        'topic',
        topics.category,
        attendances.*
    from attendances
    inner join topics on contains(attendances.topics, topics.word)
),

counted as (
    select
        dimension,
        category,
        if(grouping(district) = 0, 'district', 'city') as grouping_kind,
        coalesce(district, '210200') as group_code,
        count(distinct session_id) as n_sessions,
        count(*) as n_attendances,
        count(*) filter (is_completed) as n_completed,
        count(distinct person_id) filter (is_completed) as n_persons,
        cast(sum(cast(hours as decimal(18, 2))) filter (is_completed) as double) as person_hours
    from placed
    group by grouping sets ((dimension, category), (dimension, category, district))
),

cadres as (
    select distinct
        person_id,
        coalesce(district_code, 'unknown') as district
    from {{ ref('fct_cadre_posts') }}
    where is_in_office
),

in_office as (
    select
        if(grouping(district) = 0, 'district', 'city') as grouping_kind,
        coalesce(district, '210200') as group_code,
        count(distinct person_id) as n_cadres
    from cadres
    group by grouping sets ((), (district))
),

reached as (
    select
        placed.dimension,
        placed.category,
        if(grouping(cadres.district) = 0, 'district', 'city') as grouping_kind,
        coalesce(cadres.district, '210200') as group_code,
        count(distinct placed.person_id) as n_cadres_trained
    from placed
    inner join cadres on placed.person_id = cadres.person_id
    where placed.is_completed
    group by grouping sets ((placed.dimension, placed.category), (placed.dimension, placed.category, cadres.district))
),

groups as (
    select * from {{ ref('int_groups') }}
    where grouping_kind in ('city', 'district')
),

wanted as (
    select
        groups.grouping_kind,
        groups.group_code,
        categories.dimension,
        categories.category
    from groups
    cross join categories
    union
    select
        grouping_kind,
        group_code,
        dimension,
        category
    from counted
),

known as (
    select
        {{ is_received('training_attendance') }} and {{ is_received('training_sessions') }} as is_training_known,
        {{ is_received('cadre_posts') }} as is_office_known
),

filled as (
    select
        wanted.*,
        known.is_training_known,
        known.is_office_known,
        coalesce(groups.group_name, wanted.group_code) as group_name,
        coalesce(counted.n_sessions, 0) as n_sessions,
        coalesce(counted.n_attendances, 0) as n_attendances,
        coalesce(counted.n_completed, 0) as n_completed,
        coalesce(counted.n_persons, 0) as n_persons,
        coalesce(counted.person_hours, 0) as person_hours,
        coalesce(in_office.n_cadres, 0) as n_cadres,
        coalesce(reached.n_cadres_trained, 0) as n_cadres_trained,
        case
            when not (known.is_training_known and known.is_office_known) then 'feed_not_received'
            when coalesce(in_office.n_cadres, 0) = 0 then 'empty'
        end as reason
    from wanted
    left join groups on wanted.grouping_kind = groups.grouping_kind and wanted.group_code = groups.group_code
    left join counted
        on
            wanted.grouping_kind = counted.grouping_kind
            and wanted.group_code = counted.group_code
            and wanted.dimension = counted.dimension
            and wanted.category = counted.category
    left join in_office
        on wanted.grouping_kind = in_office.grouping_kind and wanted.group_code = in_office.group_code
    left join reached
        on
            wanted.grouping_kind = reached.grouping_kind
            and wanted.group_code = reached.group_code
            and wanted.dimension = reached.dimension
            and wanted.category = reached.category
    cross join known
),

final as (
    select
        {{ as_of('valid_on') }} as valid_on,
        {{ as_of('plan_year') }} as plan_year,
        grouping_kind as "grouping",
        group_code,
        group_name,
        dimension,
        category,
        dimension <> 'topic' as is_partition,
        if(is_training_known, n_sessions, null) as n_sessions,
        if(is_training_known, n_attendances, null) as n_attendances,
        if(is_training_known, n_completed, null) as n_completed,
        if(is_training_known, n_persons, null) as n_persons,
        if(is_training_known, person_hours, null) as person_hours,
        if(is_office_known, n_cadres, null) as n_cadres,
        if(is_training_known and is_office_known, n_cadres_trained, null) as n_cadres_trained,
        if(reason is null, {{ rate('n_cadres_trained', 'n_cadres') }}, null) as reach_rate,
        if(reason is null, 'judged', 'not_judged') as status,
        reason
    from filled
)

select * from final
order by "grouping", group_code, dimension, category
