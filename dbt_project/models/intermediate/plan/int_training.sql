-- Every attendance of a training session: who, of which union, what kind of session, and whether and when
-- it was completed by valid_on.
with attendance as (
    select * from {{ ref('stg_training_attendance') }}
),

sessions as (
    select * from {{ ref('stg_training_sessions') }}
),

unions as (
    select * from {{ ref('int_unions') }}
),

dated as (
    select
        attendance.record_key,
        {{ surrogate('attendance.person_key') }} as person_id,
        attendance.session_id,
        attendance.result,
        sessions.kind,
        sessions.topics,
        sessions.channel,
        sessions.level,
        sessions.place,
        coalesce(attendance.completed_on, sessions.ended_on) as done_on,
        coalesce(attendance.hours, sessions.hours, 0) as hours,
        coalesce(unions.district_code, 'unknown') as district
    from attendance
    left join sessions on attendance.session_id = sessions.session_id
    left join unions on attendance.union_id = unions.union_id
),

final as (
    select
        *,
        coalesce(result = '结业', false) as is_completed,
        done_on >= {{ as_of('plan_year_starts_on') }} as is_of_plan_year
    from dated
    where done_on <= {{ as_of('valid_on') }}
)

select * from final
