with unions as (
    select
        *,
        host_staff_count >= {{ policy_int('dual_activity.min_staff') }} as is_hundred
    from {{ ref('int_unions') }}
    where is_normal and kind in ('单独', '联合')
),

reviews as (
    select * from {{ ref('int_chair_reviews') }}
),

parts as (
    select
        count(*) as n_required,
        string_agg(part_code, ',' order by part_code) as part_codes
    from {{ ref('dual_activity_parts') }}
    where is_required
),

final as (
    select
        unions.union_id,
        unions.name,
        unions.kind,
        unions.host_enterprise_id as enterprise_id,
        unions.district_code,
        unions.host_ownership as ownership,
        cast(unions.host_staff_count as bigint) as staff_count,
        unions.is_hundred,
        reviews.report_members_on,
        reviews.report_party_on,
        reviews.report_superior_on,
        reviews.rating_members_on,
        reviews.rating_members_result,
        reviews.rating_party_on,
        reviews.rating_party_result,
        reviews.rating_superior_on,
        reviews.rating_superior_result,
        parts.n_required as n_parts_required,
        coalesce(reviews.n_parts_done, 0) as n_parts_done,
        if(reviews.union_id is null, parts.part_codes, reviews.missing_parts) as missing_parts,
        coalesce(reviews.is_complete, false) as is_complete,
        reviews.surveyed_on,
        reviews.answer_count as n_answers,
        if(reviews.survey_finding is null, {{ rate('reviews.aware_count', 'reviews.answer_count') }}, null)
            as aware_rate,
        if(reviews.survey_finding is null, {{ rate('reviews.participating_count', 'reviews.answer_count') }}, null)
            as participating_rate,
        if(reviews.survey_finding is null, {{ rate('reviews.satisfied_count', 'reviews.answer_count') }}, null)
            as satisfied_rate,
        if(reviews.union_id is null, 'no_survey', reviews.survey_finding) as survey_finding
    from unions
    left join reviews on unions.union_id = reviews.union_id
    cross join parts
    where unions.is_hundred or reviews.union_id is not null
)

select * from final
order by union_id
