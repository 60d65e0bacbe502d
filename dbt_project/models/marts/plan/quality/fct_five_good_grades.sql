with decisions as (
    select
        *,
        row_number() over (partition by union_id order by decided_on nulls first, record_key) as seq
    from {{ ref('stg_five_good_grades') }}
    where decided_on is null or decided_on <= {{ as_of('valid_on') }}
),

scale as (
    select * from {{ ref('five_good_scale') }}
),

ends as (
    select
        union_id,
        count(*) filter (decided_on is null) as n_undated,
        count(*) filter (decided_on is not null) as n_dated,
        coalesce(max(seq) filter (decided_on is not null and action = '撤销'), 0) as withdrawn_seq,
        max(seq) as last_seq
    from decisions
    group by union_id
),

-- What was decided since the last withdrawal.
standing as (
    select decisions.*
    from decisions
    inner join ends on decisions.union_id = ends.union_id
    where decisions.decided_on is not null and decisions.seq > ends.withdrawn_seq
),

granted as (
    select * from standing
    where action in ('评定', '降级')
    qualify row_number() over (partition by union_id order by seq desc) = 1
),

before as (
    select
        granted.union_id,
        arg_max(standing.grade, standing.seq) as grade
    from granted
    inner join standing
        on
            granted.union_id = standing.union_id
            and standing.seq < granted.seq
            and standing.action in ('评定', '降级')
    group by granted.union_id
),

checked as (
    select
        granted.union_id,
        max(standing.decided_on) as last_checked_on,
        arg_max(standing.valid_until, standing.seq) filter (standing.valid_until is not null) as valid_until
    from granted
    inner join standing
        on granted.union_id = standing.union_id and standing.seq > granted.seq and standing.action = '复查'
    group by granted.union_id
),

unions as (
    select * from {{ ref('int_unions') }}
),

joined as (
    select
        ends.union_id,
        unions.name,
        unions.district_code,
        unions.host_enterprise_id as enterprise_id,
        ends.withdrawn_seq > 0 and ends.withdrawn_seq = ends.last_seq as is_withdrawn,
        ends.n_dated,
        ends.n_undated,
        granted.action,
        granted.grade,
        scale.grade_rank,
        before.grade as previous_grade,
        previous_scale.grade_rank as previous_rank,
        granted.decided_on as granted_on,
        coalesce(
            checked.valid_until,
            granted.valid_until,
            {{ add_months('granted.decided_on', 'scale.valid_months') }}
        ) as valid_until,
        checked.last_checked_on,
        {{ add_months('coalesce(checked.last_checked_on, granted.decided_on)', 'scale.recheck_months') }}
            as recheck_due_on
    from ends
    left join granted on ends.union_id = granted.union_id
    left join scale on granted.grade = scale.grade
    left join before on ends.union_id = before.union_id
    left join scale as previous_scale on before.grade = previous_scale.grade
    left join checked on ends.union_id = checked.union_id
    left join unions on ends.union_id = unions.union_id
),

judged as (
    select
        *,
        case
            when is_withdrawn then 'withdrawn'
            when n_dated = 0 or grade_rank is null then 'not_judged'
            when valid_until < {{ as_of('valid_on') }} then 'expired'
            when recheck_due_on < {{ as_of('valid_on') }} then 'recheck_overdue'
            else 'valid'
        end as state
    from joined
),

final as (
    select
        union_id,
        name,
        district_code,
        enterprise_id,
        grade,
        previous_grade,
        granted_on,
        valid_until,
        last_checked_on,
        recheck_due_on,
        state,
        coalesce(action = '降级', false) as was_downgraded,
        {{ joined([
            "if(action = '降级' and grade_rank >= previous_rank, 'not_lower', null)",
            "if(n_undated > 0, 'undated', null)",
            "if(grade is not null and grade_rank is null, 'unknown_grade', null)",
        ]) }} as findings,
        case
            when state <> 'not_judged' then null
            when n_dated = 0 then 'date_missing'
            else 'grade_missing'
        end as reason
    from judged
)

select * from final
order by union_id
