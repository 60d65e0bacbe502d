-- Reports, ratings and surveys of the plan year up to valid_on: one row per union that has any.
with events as (
    select * from {{ ref('stg_chair_reviews') }}
    where
        held_on between {{ as_of('plan_year_starts_on') }} and {{ as_of('valid_on') }}
        and (kind <> '评议' or result is not null)
),

parts as (
    select * from {{ ref('dual_activity_parts') }}
),

done as (
    select
        events.union_id,
        parts.part_code,
        parts.is_required,
        events.held_on,
        events.result
    from events
    inner join parts on events.kind = parts.kind and events.audience is not distinct from parts.audience
    qualify row_number() over (
        partition by events.union_id, parts.part_code order by events.held_on desc, events.record_key desc
    ) = 1
),

surveys as (
    select * from {{ ref('stg_member_surveys') }}
    where surveyed_on between {{ as_of('plan_year_starts_on') }} and {{ as_of('valid_on') }}
    qualify row_number() over (partition by union_id order by surveyed_on desc, record_key desc) = 1
),

-- A rating without a result is an event, though no part is done by it.
unions as (
    select union_id from {{ ref('stg_chair_reviews') }}
    where held_on between {{ as_of('plan_year_starts_on') }} and {{ as_of('valid_on') }}
    union
    select union_id from surveys
),

missing as (
    select
        unions.union_id,
        count(*) as n_required,
        count(done.part_code) as n_done,
        string_agg(parts.part_code, ',' order by parts.part_code) filter (done.part_code is null) as missing_parts
    from unions
    cross join parts
    left join done on unions.union_id = done.union_id and parts.part_code = done.part_code
    where parts.is_required
    group by unions.union_id
),

pivoted as (
    select
        union_id,
        max(held_on) filter (part_code = 'report_members') as report_members_on,
        max(held_on) filter (part_code = 'rating_members') as rating_members_on,
        max(result) filter (part_code = 'rating_members') as rating_members_result,
        max(held_on) filter (part_code = 'report_party') as report_party_on,
        max(held_on) filter (part_code = 'rating_party') as rating_party_on,
        max(result) filter (part_code = 'rating_party') as rating_party_result,
        max(held_on) filter (part_code = 'report_superior') as report_superior_on,
        max(held_on) filter (part_code = 'rating_superior') as rating_superior_on,
        max(result) filter (part_code = 'rating_superior') as rating_superior_result
    from done
    group by union_id
),

final as (
    select
        unions.union_id,
        pivoted.report_members_on,
        pivoted.rating_members_on,
        pivoted.rating_members_result,
        pivoted.report_party_on,
        pivoted.rating_party_on,
        pivoted.rating_party_result,
        pivoted.report_superior_on,
        pivoted.rating_superior_on,
        pivoted.rating_superior_result,
        missing.n_required as n_parts_required,
        missing.n_done as n_parts_done,
        missing.missing_parts,
        missing.n_done = missing.n_required as is_complete,
        surveys.surveyed_on,
        surveys.answer_count,
        surveys.aware_count,
        surveys.participating_count,
        surveys.satisfied_count,
        case
            when surveys.union_id is null then 'no_survey'
            when coalesce(surveys.answer_count, 0) <= 0 then 'no_answers'
            when
                greatest(surveys.aware_count, surveys.participating_count, surveys.satisfied_count)
                > surveys.answer_count
                or surveys.answer_count > surveys.asked_count
                then 'implausible'
        end as survey_finding
    from unions
    inner join missing on unions.union_id = missing.union_id
    left join pivoted on unions.union_id = pivoted.union_id
    left join surveys on unions.union_id = surveys.union_id
)

select * from final
