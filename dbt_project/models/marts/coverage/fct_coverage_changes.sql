with changes as (
    select * from {{ ref('int_daily_changes') }}
    where was_in_base or in_base
),

pieces as (
    select * from {{ ref('int_cover_pieces') }}
),

-- Of the pieces of cover that begin (or end) on the day, the one that spoke for the enterprise.
begun as (
    select
        enterprise_id,
        union_id,
        valid_from as day,
        arg_min(start_cause, (precedence, via, record_key)) as cause
    from pieces
    group by enterprise_id, union_id, valid_from
),

stopped as (
    select
        enterprise_id,
        union_id,
        valid_to as day,
        arg_min(end_cause, (precedence, via, record_key)) as cause
    from pieces
    group by enterprise_id, union_id, valid_to
),

base_changes as (
    select
        enterprise_id,
        changed_on,
        if(in_base, 'entered_base', 'left_base') as change,
        case
            when was_recorded <> is_recorded
                then if(is_recorded, 'record_returned', 'record_deleted')
            when was_alive <> is_alive then if(is_alive, 'established', 'ended')
            when status_class_before <> status_class
                then if(in_base, 'status_active', 'status_inactive')
            when was_in_scope <> in_scope then 'scope_changed'
            when is_found_out then 'finding'
            when finding is not null then 'finding_replaced'
            else 'finding_expired'
        end as cause
    from changes
    where was_in_base <> in_base
),

cover_changes as (
    select
        changes.enterprise_id,
        changes.changed_on,
        if(changes.is_covered, 'gained_cover', 'lost_cover') as change,
        coalesce(if(changes.is_covered, begun.cause, stopped.cause), 'record_changed') as cause
    from changes
    left join begun
        on
            changes.enterprise_id = begun.enterprise_id
            and changes.union_id = begun.union_id
            and changes.changed_on = begun.day
    left join stopped
        on
            changes.enterprise_id = stopped.enterprise_id
            and changes.union_id_before = stopped.union_id
            and changes.changed_on = stopped.day
    where changes.was_covered <> changes.is_covered
),

moves as (
    select
        enterprise_id,
        changed_on,
        'moved_district' as change,
        if(is_record_changed, 'record_changed', 'code_list_changed') as cause
    from changes
    where coalesce(district_code_before, '') <> coalesce(district_code, '')
),

staff as (
    select
        enterprise_id,
        valid_from,
        valid_to,
        staff_source,
        staff_count
    from {{ ref('int_staff_spells') }}
),

-- From known to unknown and back crosses the line too: an unknown head count is not in live_25.
staff_steps as (
    select
        enterprise_id,
        valid_from as changed_on,
        staff_count >= {{ policy_int('union.own.min_staff') }} as is_above,
        coalesce(
            lag(staff_count) over staff_order >= {{ policy_int('union.own.min_staff') }}
            and lag(valid_to) over staff_order = valid_from,
            false
        ) as was_above,
        staff_source as cause
    from staff
    window staff_order as (partition by enterprise_id order by valid_from)
),

lapses as (
    select
        enterprise_id,
        valid_to as changed_on,
        false as is_above,
        staff_count >= {{ policy_int('union.own.min_staff') }} as was_above,
        'staff_unknown' as cause
    from staff
    qualify
        valid_to < {{ as_of('until_on') }}
        and coalesce(lead(valid_from) over (partition by enterprise_id order by valid_from) <> valid_to, true)
),

crossings as (
    select
        steps.enterprise_id,
        steps.changed_on,
        if(steps.is_above, 'rose_to_25', 'fell_below_25') as change,
        if(steps.cause = 'staff_unknown', steps.cause, 'staff_' || steps.cause) as cause
    from (
        select * from staff_steps
        union all
        select * from lapses
    ) as steps
    asof inner join {{ ref('int_enterprise_spells') }} as spells
        on steps.enterprise_id = spells.enterprise_id and steps.changed_on >= spells.valid_from
    asof inner join {{ ref('int_enterprise_spells') }} as spells_before
        on steps.enterprise_id = spells_before.enterprise_id and steps.changed_on - 1 >= spells_before.valid_from
    where
        steps.is_above <> steps.was_above
        and steps.changed_on >= {{ as_of('daily_from') }}
        and (spells.in_base or spells_before.in_base)
),

unioned as (
    select * from base_changes
    union all
    select * from cover_changes
    union all
    select * from moves
    union all
    select * from crossings
),

final as (
    select
        unioned.enterprise_id,
        unioned.changed_on,
        unioned.change,
        unioned.cause,
        coalesce(changes.was_in_base, spells.in_base) as was_in_base,
        spells.in_base,
        coalesce(changes.was_covered, spells.is_covered) as was_covered,
        spells.is_covered,
        if(changes.enterprise_id is null, spells.district_code, changes.district_code_before) as district_code_before,
        spells.district_code,
        coalesce(spells.union_id, changes.union_id_before) as union_id,
        coalesce(spells.cover_kind, changes.cover_kind_before) as cover_kind
    from unioned
    left join changes
        on unioned.enterprise_id = changes.enterprise_id and unioned.changed_on = changes.changed_on
    asof inner join {{ ref('int_enterprise_spells') }} as spells
        on unioned.enterprise_id = spells.enterprise_id and unioned.changed_on >= spells.valid_from
)

select * from final
order by enterprise_id, changed_on, change
