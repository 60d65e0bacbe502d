with enterprises as (
    select * from {{ ref('int_enterprises') }}
    where in_base_live and staff_count >= {{ policy_int('dual_activity.min_staff') }}
),

reviews as (
    select * from {{ ref('int_chair_reviews') }}
),

members as (
    select
        coalesce(enterprises.district_code, 'unknown') as district,
        enterprises.ownership,
        coalesce(enterprises.is_covered, false) as is_covered,
        coalesce(reviews.is_complete, false) as is_complete,
        reviews.union_id is not null and reviews.survey_finding is null as is_surveyed,
        reviews.answer_count,
        reviews.aware_count,
        reviews.participating_count,
        reviews.satisfied_count
    from enterprises
    left join reviews on enterprises.union_id = reviews.union_id
),

of_each_denominator as (
    select
        'all' as denominator,
        *
    from members
    union all
    select
        'with_union' as denominator,
        *
    from members
    where is_covered
),

spread as (
    {{ spread('of_each_denominator', {'district': 'district', 'ownership': 'ownership'}) }}
),

groups as (
    select * from {{ ref('int_groups') }}
),

known as (
    select
        {{ is_received('chair_reviews') }} and {{ is_received('union_organisations') }} as is_known,
        {{ is_received('member_surveys') }} as is_surveyed_known,
        cast({{ policy('target.dual_activity.min') }} as decimal(9, 6)) as min_rate
),

counted as (
    select
        grouping_kind,
        group_code,
        denominator,
        count(*) as n_enterprises,
        count(*) filter (is_complete) as n_complete,
        count(*) filter (is_surveyed) as n_surveyed,
        coalesce(sum(answer_count) filter (is_surveyed), 0) as n_answers,
        sum(aware_count) filter (is_surveyed and aware_count is not null) as n_aware,
        sum(answer_count) filter (is_surveyed and aware_count is not null) as n_asked_aware,
        sum(participating_count) filter (is_surveyed and participating_count is not null) as n_participating,
        sum(answer_count) filter (is_surveyed and participating_count is not null) as n_asked_participating,
        sum(satisfied_count) filter (is_surveyed and satisfied_count is not null) as n_satisfied,
        sum(answer_count) filter (is_surveyed and satisfied_count is not null) as n_asked_satisfied
    from spread
    group by grouping_kind, group_code, denominator
),

wanted as (
    select
        'city' as grouping_kind,
        '210200' as group_code,
        unnest(['all', 'with_union']) as denominator
    union
    select
        grouping_kind,
        group_code,
        denominator
    from counted
),

filled as (
    select
        wanted.grouping_kind,
        wanted.group_code,
        wanted.denominator,
        coalesce(counted.n_enterprises, 0) as n_enterprises,
        coalesce(counted.n_complete, 0) as n_complete,
        coalesce(counted.n_surveyed, 0) as n_surveyed,
        coalesce(counted.n_answers, 0) as n_answers,
        counted.n_aware,
        counted.n_asked_aware,
        counted.n_participating,
        counted.n_asked_participating,
        counted.n_satisfied,
        counted.n_asked_satisfied
    from wanted
    left join counted
        on
            wanted.grouping_kind = counted.grouping_kind
            and wanted.group_code = counted.group_code
            and wanted.denominator = counted.denominator
),

final as (
    select
        {{ as_of('valid_on') }} as valid_on,
        filled.grouping_kind as "grouping",
        filled.group_code,
        coalesce(groups.group_name, filled.group_code) as group_name,
        filled.denominator,
        filled.n_enterprises,
        if(known.is_known, filled.n_complete, null) as n_complete,
        if(known.is_known, {{ rate('filled.n_complete', 'filled.n_enterprises') }}, null) as coverage_rate,
        cast(known.min_rate as double) as target_rate,
        if(
            known.is_known and filled.n_enterprises > 0,
            cast(filled.n_complete as decimal(18, 0)) >= known.min_rate * cast(filled.n_enterprises as decimal(18, 0)),
            null
        ) as meets_target,
        if(known.is_surveyed_known, filled.n_surveyed, null) as n_surveyed,
        if(known.is_surveyed_known, cast(filled.n_answers as bigint), null) as n_answers,
        {{ rate('filled.n_aware', 'filled.n_asked_aware') }} as aware_rate,
        {{ rate('filled.n_participating', 'filled.n_asked_participating') }} as participating_rate,
        {{ rate('filled.n_satisfied', 'filled.n_asked_satisfied') }} as satisfied_rate,
        {{ judged_status('known.is_known', 'filled.n_enterprises') }}
    from filled
    left join groups on filled.grouping_kind = groups.grouping_kind and filled.group_code = groups.group_code
    cross join known
)

select * from final
order by "grouping", group_code, denominator
