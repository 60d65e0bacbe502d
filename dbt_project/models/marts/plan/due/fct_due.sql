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

whole as (
    select * from foundings
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
