with unions as (
    select
        union_id,
        coalesce(district_code, 'unknown') as district
    from {{ ref('int_unions') }}
    where level = 'grassroots' and is_normal and is_founded_in_plan_year
),

trained as (
    select distinct person_id from {{ ref('int_training') }}
    where channel = '网络' and is_completed and is_of_plan_year
),

cadres as (
    select
        posts.union_id,
        posts.person_id,
        trained.person_id is not null as is_trained
    from {{ ref('fct_cadre_posts') }} as posts
    left join trained on posts.person_id = trained.person_id
    where posts.is_new_union_cadre
),

staffed as (
    select
        unions.union_id,
        unions.district,
        cadres.person_id,
        cadres.is_trained
    from unions
    left join cadres on unions.union_id = cadres.union_id
),

counted as (
    select
        if(grouping(district) = 0, 'district', 'city') as grouping_kind,
        coalesce(district, '210200') as group_code,
        count(distinct union_id) as n_unions,
        count(distinct union_id) filter (person_id is null) as n_unions_without_cadres,
        count(distinct union_id) filter (is_trained) as n_unions_reached,
        count(distinct person_id) as n_cadres,
        count(distinct person_id) filter (is_trained) as n_trained
    from staffed
    group by grouping sets ((), (district))
),

groups as (
    select * from {{ ref('int_groups') }}
    where grouping_kind in ('city', 'district')
),

known as (
    select
        {{ is_received('union_organisations') }} as is_register_known,
        {{ is_received('cadre_posts') }} as is_office_known,
        {{ is_received('training_attendance') }} and {{ is_received('training_sessions') }} as is_training_known
),

filled as (
    select
        groups.grouping_kind,
        groups.group_code,
        groups.group_name,
        if(known.is_register_known, coalesce(counted.n_unions, 0), null) as n_unions,
        if(known.is_office_known, coalesce(counted.n_unions_without_cadres, 0), null) as n_unions_without_cadres,
        if(known.is_training_known, coalesce(counted.n_unions_reached, 0), null) as n_unions_reached,
        if(known.is_office_known, coalesce(counted.n_cadres, 0), null) as n_cadres,
        if(known.is_training_known, coalesce(counted.n_trained, 0), null) as n_trained,
        case
            when not (known.is_register_known and known.is_office_known and known.is_training_known)
                then 'feed_not_received'
            when coalesce(counted.n_cadres, 0) = 0 then 'empty'
        end as reason
    from groups
    left join counted on groups.grouping_kind = counted.grouping_kind and groups.group_code = counted.group_code
    cross join known
),

final as (
    select
        {{ as_of('valid_on') }} as valid_on,
        {{ as_of('plan_year') }} as plan_year,
        grouping_kind as "grouping",
        group_code,
        group_name,
        n_unions,
        n_unions_without_cadres,
        n_unions_reached,
        n_cadres,
        n_trained,
        if(reason is null, {{ rate('n_trained', 'n_cadres') }}, null) as rate,
        if(reason is null, 'judged', 'not_judged') as status,
        reason
    from filled
)

select * from final
order by "grouping", group_code
