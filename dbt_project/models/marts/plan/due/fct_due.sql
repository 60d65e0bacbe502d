with limits as (
    select
        {{ as_of('valid_on') }} as valid_on,
        {{ policy_int('due.week_days') }} as week_days,
        {{ policy_int('due.horizon_days') }} as horizon_days
),

-- Gaps that are overdue already stand in the work-lists; here stands who is next.
foundings as (
    select
        'founding' as due_kind,
        'enterprise' as subject_kind,
        enterprises.enterprise_id as subject_id,
        enterprises.name as subject_name,
        enterprises.due_on,
        enterprises.district_code,
        enterprises.managing_area,
        cast(null as varchar) as union_id,
        enterprises.enterprise_id,
        '成立' || enterprises.starts_on || '，应于' || enterprises.due_on || '前建会，尚未覆盖' as basis,
        'fct_enterprises_without_union' as source_table
    from {{ ref('int_enterprises') }} as enterprises
    where enterprises.is_gap and enterprises.due_on > {{ as_of('valid_on') }}
),

re_elections as (
    select
        'reelection' as due_kind,
        'union' as subject_kind,
        terms.union_id as subject_id,
        terms.name as subject_name,
        terms.due_on,
        terms.district_code,
        cast(null as varchar) as managing_area,
        terms.union_id,
        terms.host_enterprise_id as enterprise_id,
        concat(
            '届期：', terms.elected_on, '选举，任期', terms.term_years, '年',
            coalesce('，延期至' || terms.extended_to, '')
        ) as basis,
        'fct_union_terms' as source_table
    from {{ ref('fct_union_terms') }} as terms
    where terms.status in ('in_term', 'extended', 'overdue')
),

trainings as (
    select
        'training' as due_kind,
        'person' as subject_kind,
        training.post_id as subject_id,
        cast(null as varchar) as subject_name,
        training.due_on,
        training.district_code,
        training.managing_area,
        training.union_id,
        cast(null as varchar) as enterprise_id,
        training.union_name || '的' || training.post || '，' || training.appointed_on || '任职，未参加岗位资格培训' as basis,
        'fct_qualification_training' as source_table
    from {{ ref('fct_qualification_training') }} as training
    where training.status in ('not_due', 'overdue')
),

rechecks as (
    select
        'recheck' as due_kind,
        'union' as subject_kind,
        grades.union_id as subject_id,
        grades.name as subject_name,
        grades.recheck_due_on as due_on,
        grades.district_code,
        cast(null as varchar) as managing_area,
        grades.union_id,
        grades.enterprise_id,
        grades.grade || '级，' || coalesce(grades.last_checked_on, grades.granted_on) || '最近评定或复查' as basis,
        'fct_five_good_grades' as source_table
    from {{ ref('fct_five_good_grades') }} as grades
    where grades.state in ('valid', 'recheck_overdue') and grades.recheck_due_on is not null
),

milestones as (
    select
        'milestone' as due_kind,
        'plan' as subject_kind,
        milestones.milestone_no as subject_id,
        milestones.name as subject_name,
        milestones.planned_on as due_on,
        milestones.district_code,
        cast(null as varchar) as managing_area,
        milestones.union_id,
        cast(null as varchar) as enterprise_id,
        milestones.kind || coalesce('，责任单位：' || milestones.responsible_unit, '') as basis,
        'fct_plan_milestones' as source_table
    from {{ ref('fct_plan_milestones') }} as milestones
    where milestones.status in ('pending', 'overdue')
),

-- The year's units must be named by its last day.
demonstrations as (
    select
        'demonstration' as due_kind,
        'plan' as subject_kind,
        targets.indicator as subject_id,
        targets.indicator_name as subject_name,
        targets.due_on,
        cast(null as varchar) as district_code,
        cast(null as varchar) as managing_area,
        cast(null as varchar) as union_id,
        cast(null as varchar) as enterprise_id,
        concat('已命名', targets.value, '个，目标', targets.target_value, '个，尚缺', targets.n_needed, '个') as basis,
        'agg_plan_targets' as source_table
    from {{ ref('agg_plan_targets') }} as targets
    where
        targets.indicator in ('dual_demo_nonpublic', 'dual_demo_state')
        and targets.n_needed > 0
        and targets.plan_year = {{ as_of('plan_year') }}
    qualify
        row_number() over (partition by targets.indicator order by targets.target_basis asc, targets.plan_name asc) = 1
),

-- A shortfall against the quota must be made good before the congress meets.
meeting as (
    select min(fct.planned_on) as planned_on
    from {{ ref('fct_plan_milestones') }} as fct
    where fct.kind = '会议' and fct.status in ('pending', 'overdue')
),

quotas as (
    select
        'quota' as due_kind,
        'plan' as subject_kind,
        concat_ws('|', composition.congress, composition.body, composition.dimension, composition.category)
            as subject_id,
        composition.body || '：' || composition.dimension || '·' || composition.category as subject_name,
        meeting.planned_on as due_on,
        cast(null as varchar) as district_code,
        cast(null as varchar) as managing_area,
        cast(null as varchar) as union_id,
        cast(null as varchar) as enterprise_id,
        concat('名额下限折合', composition.min_persons, '人，现有', composition.n_in_category, '人') as basis,
        'agg_congress_composition' as source_table
    from {{ ref('agg_congress_composition') }} as composition
    cross join meeting
    where composition.stage = 'nominated' and composition.result = 'short' and meeting.planned_on is not null
),

whole as (
    select * from foundings
    union all
    select * from re_elections
    union all
    select * from trainings
    union all
    select * from rechecks
    union all
    select * from milestones
    union all
    select * from demonstrations
    union all
    select * from quotas
),

final as (
    select
        whole.due_kind,
        whole.subject_kind,
        whole.subject_id,
        whole.subject_name,
        whole.due_on,
        cast(whole.due_on - limits.valid_on as bigint) as days_left,
        case
            when whole.due_on < limits.valid_on then 'overdue'
            when whole.due_on - limits.valid_on <= limits.week_days then 'week'
            else 'month'
        end as due_window,
        whole.district_code,
        whole.managing_area,
        whole.union_id,
        whole.enterprise_id,
        whole.basis,
        whole.source_table
    from whole
    cross join limits
    where whole.due_on - limits.valid_on <= limits.horizon_days
)

select * from final
order by due_kind, subject_id, due_on
