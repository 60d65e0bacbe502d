with terms as (
    select * from {{ ref('int_terms') }}
),

unions as (
    select * from {{ ref('int_unions') }}
),

-- A scheduled re-election of the plan year: the earliest planned, one without a day last.
scheduled as (
    select * from {{ ref('stg_plan_milestones') }}
    where
        kind = '换届安排'
        and (
            planned_on between {{ as_of('plan_year_starts_on') }} and make_date({{ as_of('plan_year') }}, 12, 31)
            or (planned_on is null and contains(name, cast({{ as_of('plan_year') }} as varchar)))
        )
    qualify row_number() over (partition by union_id order by planned_on nulls last, record_key) = 1
),

reviews as (
    select * from {{ ref('stg_cadre_reviews') }}
    where reviewed_on <= {{ as_of('valid_on') }}
),

-- Between the election before and the one that began the term.
reviewed as (
    select
        terms.union_id,
        max(reviews.reviewed_on) as reviewed_on
    from terms
    inner join reviews
        on
            terms.union_id = reviews.union_id
            and reviews.reviewed_on <= terms.elected_on
            and (terms.previous_elected_on is null or reviews.reviewed_on > terms.previous_elected_on)
    group by terms.union_id
),

rules as (
    select
        string_split({{ policy('term.grassroots.years') }}, '|') as grassroots_years,
        string_split({{ policy('term.local_and_industrial.years') }}, '|') as local_years,
        string_split({{ policy('chair.rank') }}, '|') as chair_ranks,
        cast({{ policy('deadline.reelection.h1') }} as date) as h1_deadline_on,
        {{ is_received('union_elections') }} as is_known
),

joined as (
    select
        unions.union_id,
        unions.name,
        unions.kind,
        unions.level,
        unions.parent_union_id,
        unions.district_code,
        unions.host_enterprise_id,
        terms.election_no,
        terms.elected_on,
        terms.term_no,
        terms.term_years,
        terms.chair_rank,
        terms.term_ends_on,
        terms.extension_no,
        terms.extension_state,
        terms.extension_findings,
        terms.extended_to,
        terms.due_on,
        terms.reelected_on,
        rules.grassroots_years,
        rules.local_years,
        rules.chair_ranks,
        rules.h1_deadline_on,
        scheduled.record_key is not null as is_scheduled,
        scheduled.planned_on as scheduled_on,
        reviewed.reviewed_on as last_cadre_review_on,
        case
            when not rules.is_known then 'feed_not_received'
            when terms.election_no is null then 'no_election'
            when terms.elected_on is null then 'elected_on_missing'
            when terms.term_years is null then 'term_years_missing'
        end as reason
    from terms
    inner join unions on terms.union_id = unions.union_id
    left join scheduled on terms.union_id = scheduled.union_id
    left join reviewed on terms.union_id = reviewed.union_id
    cross join rules
),

judged as (
    select
        *,
        case
            when reason is not null then 'not_judged'
            when due_on < {{ as_of('valid_on') }} then 'overdue'
            when term_ends_on < {{ as_of('valid_on') }} then 'extended'
            else 'in_term'
        end as status,
        case
            when kind <> '区市县总工会' or not is_scheduled then null
            when scheduled_on is not null then month(scheduled_on) <= 6
        end as is_scheduled_h1
    from joined
),

final as (
    select
        union_id,
        name,
        kind,
        level,
        parent_union_id,
        district_code,
        host_enterprise_id,
        election_no,
        elected_on,
        term_no,
        term_years,
        list_contains(
            if(level in ('local', 'industrial'), local_years, grassroots_years), cast(term_years as varchar)
        ) as is_lawful_length,
        term_ends_on,
        extension_no,
        extension_state,
        extension_findings,
        extended_to,
        due_on,
        status,
        reason,
        if(status = 'overdue', {{ as_of('valid_on') }} - due_on, null) as days_overdue,
        status = 'overdue' and kind in ('区市县总工会', '产业工会') as is_for_inspection,
        scheduled_on,
        is_scheduled_h1,
        case
            when h1_deadline_on is null or kind <> '区市县总工会' or not is_scheduled then null
            when scheduled_on is null then 'undated'
            when not is_scheduled_h1 then null
            when reelected_on <= h1_deadline_on then 'met'
            when reelected_on is not null then 'late'
            when {{ as_of('valid_on') }} > h1_deadline_on then 'breach'
            else 'pending'
        end as h1_state,
        reelected_on,
        chair_rank,
        list_contains(chair_ranks, chair_rank) as is_chair_at_deputy_rank,
        last_cadre_review_on,
        if(elected_on is null, null, last_cadre_review_on is not null) as has_cadre_review
    from judged
)

select * from final
order by union_id
