with milestones as (
    select
        * replace (if(done_on <= {{ as_of('valid_on') }}, done_on, null) as done_on)
    from {{ ref('stg_plan_milestones') }}
),

unions as (
    select * from {{ ref('int_unions') }}
),

final as (
    select
        milestones.record_key as milestone_no,
        milestones.kind,
        milestones.name,
        milestones.union_id,
        unions.name as union_name,
        unions.district_code,
        milestones.planned_on,
        milestones.done_on,
        case
            when milestones.done_on > milestones.planned_on then 'done_late'
            when milestones.done_on is not null then 'done'
            when milestones.planned_on is null then 'undated'
            when milestones.planned_on < {{ as_of('valid_on') }} then 'overdue'
            else 'pending'
        end as status,
        if(
            milestones.planned_on is not null,
            greatest(0, coalesce(milestones.done_on, {{ as_of('valid_on') }}) - milestones.planned_on),
            null
        ) as days_late,
        milestones.document_no,
        milestones.responsible_unit,
        milestones.delivery_id as source_delivery_id,
        cast(milestones.line as bigint) as source_line
    from milestones
    left join unions on milestones.union_id = unions.union_id
)

select * from final
order by milestone_no
