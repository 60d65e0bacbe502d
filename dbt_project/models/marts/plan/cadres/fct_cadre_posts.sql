with posts as (
    select * from {{ ref('stg_cadre_posts') }}
),

unions as (
    select * from {{ ref('int_unions') }}
),

joined as (
    select
        posts.*,
        coalesce(unions.name, posts.union_name) as known_name,
        unions.kind as union_kind,
        unions.district_code,
        unions.managing_area,
        unions.street_code,
        unions.is_directly_subordinate,
        coalesce(
            unions.level = 'grassroots' and unions.is_normal and unions.is_founded_in_plan_year, false
        ) as is_new_union,
        unions.union_id is null and {{ is_received('union_organisations') }} as is_unknown_union,
        coalesce(unions.is_over, false) as is_ended_union,
        coalesce(posts.appointed_on <= {{ as_of('valid_on') }}, true)
        and coalesce(posts.left_on > {{ as_of('valid_on') }}, true) as is_held
    from posts
    left join unions on posts.union_id = unions.union_id
),

judged as (
    select
        *,
        is_held and not is_ended_union as is_in_office
    from joined
),

final as (
    select
        {{ surrogate('record_key') }} as post_id,
        {{ surrogate('person_key') }} as person_id,
        union_id,
        known_name as union_name,
        union_kind,
        district_code,
        managing_area,
        street_code,
        post,
        is_full_time,
        is_directly_subordinate,
        appointed_on,
        left_on,
        is_in_office,
        is_in_office
        and coalesce(union_kind = '乡镇街道总工会', false)
        and coalesce(list_contains({{ policy_list('training.township_leaders.roles') }}, post), false)
            as is_township_leader,
        is_in_office and is_new_union as is_new_union_cadre,
        case
            when appointed_on is null then 'no_appointed_on'
            when left_on < appointed_on then 'left_before_appointed'
            when is_unknown_union then 'unknown_union'
            when is_held and is_ended_union then 'union_ended'
        end as finding,
        delivery_id as source_delivery_id,
        cast(line as bigint) as source_line
    from judged
)

select * from final
order by post_id
