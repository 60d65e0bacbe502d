with unions as (
    select * from {{ ref('int_unions') }}
    where is_normal and kind in ('单独', '联合')
),

said as (
    select * from {{ ref('stg_founding_quality') }}
    where assessed_on is null or assessed_on <= {{ as_of('valid_on') }}
),

-- Of several assessments of a union the last one counts; one without any day is the last resort.
assessments as (
    select
        union_id,
        version,
        max(assessed_on) as assessed_on
    from said
    group by union_id, version
    qualify row_number() over (partition by union_id order by max(said.assessed_on) desc nulls last, version desc) = 1
),

checklist as (
    select * from {{ ref('founding_checklist') }}
),

scored as (
    select
        assessments.union_id,
        assessments.version,
        assessments.assessed_on,
        count(checklist.item_code) as n_items,
        count(*) filter (said.result = '达标') as n_met,
        count(*) filter (said.result = '不达标') as n_missed,
        coalesce(sum(checklist.weight) filter (said.result = '达标'), 0) as score,
        coalesce(sum(checklist.weight), 0) as full_score,
        coalesce(sum(checklist.weight) filter (said.result is null), 0) as open_score,
        count(*) filter (checklist.is_required and said.result is null) as n_required_open,
        string_agg(
            if(checklist.is_required and said.result = '不达标', checklist.item_code, null), ','
            order by checklist.item_code
        ) as failed_required,
        max(checklist.pass_score) as pass_score,
        bool_and(
            assessments.assessed_on >= checklist.effective_from
            and (checklist.effective_to is null or assessments.assessed_on <= checklist.effective_to)
        ) as is_in_force
    from assessments
    left join checklist on assessments.version = checklist.version
    left join said
        on
            assessments.union_id = said.union_id
            and assessments.version = said.version
            and checklist.item_code = said.item_code
    group by assessments.union_id, assessments.version, assessments.assessed_on
),

joined as (
    select
        unions.union_id,
        unions.name,
        unions.kind,
        unions.host_enterprise_id as enterprise_id,
        unions.district_code,
        unions.host_ownership as ownership,
        unions.founded_on,
        unions.is_founded_in_plan_year as is_new,
        scored.version,
        scored.assessed_on,
        scored.n_items,
        scored.n_met,
        scored.n_missed,
        scored.score,
        scored.full_score,
        scored.open_score,
        scored.n_required_open,
        scored.failed_required,
        scored.pass_score,
        case
            when not {{ is_received('founding_quality') }} then 'feed_not_received'
            when scored.union_id is null then 'not_assessed'
            when scored.assessed_on is null then 'assessed_on_missing'
            when scored.n_items = 0 or not scored.is_in_force then 'version_not_in_force'
        end as blocker
    from unions
    left join scored on unions.union_id = scored.union_id
    where unions.is_founded_in_plan_year or scored.union_id is not null
),

judged as (
    select
        *,
        case
            when blocker is not null then null
            when failed_required is not null or score + open_score < pass_score then false
            when score >= pass_score and n_required_open = 0 then true
        end as meets_basic
    from joined
),

final as (
    select
        union_id,
        name,
        kind,
        enterprise_id,
        district_code,
        ownership,
        founded_on,
        is_new,
        version as checklist_version,
        assessed_on,
        n_items,
        n_met,
        n_missed,
        n_items - n_met - n_missed as n_open,
        cast(score as bigint) as score,
        cast(full_score as bigint) as full_score,
        pass_score,
        failed_required,
        meets_basic,
        if(meets_basic is null, 'not_judged', 'judged') as status,
        if(meets_basic is null, coalesce(blocker, 'items_open'), null) as reason
    from judged
)

select * from final
order by union_id
