with terms as (
    select * from {{ ref('fct_union_terms') }}
),

inspections as (
    select * from {{ ref('stg_term_inspections') }}
    where inspected_on <= {{ as_of('valid_on') }}
    qualify row_number() over (partition by union_id order by inspected_on desc, record_key desc) = 1
),

-- An inspection up to the day of a present overdue term is of an earlier matter.
joined as (
    select
        terms.*,
        inspections.record_key as inspection_no,
        inspections.inspected_on,
        inspections.result,
        inspections.rectify_by,
        if(inspections.closed_on <= {{ as_of('valid_on') }}, inspections.closed_on, null) as closed_on
    from terms
    left join inspections
        on
            terms.union_id = inspections.union_id
            and (terms.status <> 'overdue' or inspections.inspected_on > terms.due_on)
    where
        terms.status = 'overdue'
        or inspections.inspected_on >= {{ as_of('plan_year_starts_on') }}
),

final as (
    select
        union_id,
        name,
        kind,
        level,
        district_code,
        parent_union_id,
        due_on,
        if(status = 'not_judged', null, status = 'overdue') as is_overdue,
        days_overdue,
        is_for_inspection,
        inspection_no,
        inspected_on,
        result,
        rectify_by,
        closed_on,
        case
            when inspection_no is null then 'not_inspected'
            when closed_on is not null then 'closed'
            when rectify_by < {{ as_of('valid_on') }} then 'past_deadline'
            else 'open'
        end as inspection_state,
        reelected_on
    from joined
)

select * from final
order by union_id
