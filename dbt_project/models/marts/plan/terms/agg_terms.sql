with members as (
    select
        terms.*,
        overdue.inspection_state,
        overdue.inspected_on
    from {{ ref('fct_union_terms') }} as terms
    left join {{ ref('fct_overdue_terms') }} as overdue on terms.union_id = overdue.union_id
),

groups as (
    select * from {{ ref('int_groups') }}
),

spread as (
    {{ spread('members', {'district_code': 'district', 'kind': 'kind'}) }}
),

known as (
    select {{ is_received('union_elections') }} as is_known
),

counted as (
    select
        grouping_kind,
        group_code,
        count(*) as n_unions,
        count(*) filter (status = 'in_term') as n_in_term,
        count(*) filter (status = 'extended') as n_extended,
        count(*) filter (status = 'overdue') as n_overdue,
        count(*) filter (status = 'not_judged') as n_not_judged,
        count(*) filter (status <> 'not_judged') as n_judged,
        count(*) filter (is_for_inspection) as n_for_inspection,
        count(*) filter (is_for_inspection and inspected_on is not null) as n_inspected,
        count(*) filter (inspection_state = 'closed') as n_inspection_closed,
        count(*) filter (is_scheduled_h1) as n_h1_scheduled,
        count(*) filter (h1_state = 'met') as n_h1_met,
        count(*) filter (h1_state = 'late') as n_h1_late,
        count(*) filter (h1_state = 'breach') as n_h1_breach,
        count(*) filter (h1_state = 'pending') as n_h1_pending,
        count(*) filter (h1_state = 'undated') as n_h1_undated,
        count(*) filter (is_chair_at_deputy_rank is not null) as n_chair_rank_known,
        count(*) filter (is_chair_at_deputy_rank) as n_chair_at_deputy_rank,
        count(*) filter (reelected_on is not null) as n_reelected,
        count(*) filter (reelected_on is not null and has_cadre_review) as n_reelected_reviewed
    from spread
    group by grouping_kind, group_code
),

final as (
    select
        {{ as_of('valid_on') }} as valid_on,
        counted.grouping_kind as "grouping",
        counted.group_code,
        coalesce(groups.group_name, if(counted.group_code = 'unknown', '未知', counted.group_code)) as group_name,
        counted.n_unions,
        counted.n_in_term,
        counted.n_extended,
        counted.n_overdue,
        counted.n_not_judged,
        {{ rate('counted.n_overdue', 'counted.n_judged') }} as overdue_rate,
        counted.n_for_inspection,
        counted.n_inspected,
        counted.n_inspection_closed,
        counted.n_h1_scheduled,
        counted.n_h1_met,
        counted.n_h1_late,
        counted.n_h1_breach,
        counted.n_h1_pending,
        counted.n_h1_undated,
        counted.n_chair_rank_known,
        counted.n_chair_at_deputy_rank,
        {{ rate('counted.n_chair_at_deputy_rank', 'counted.n_chair_rank_known') }} as deputy_rank_rate,
        counted.n_reelected,
        counted.n_reelected_reviewed,
        {{ judged_status('known.is_known', 'counted.n_judged') }}
    from counted
    left join groups on counted.grouping_kind = groups.grouping_kind and counted.group_code = groups.group_code
    cross join known
)

select * from final
order by "grouping", group_code
