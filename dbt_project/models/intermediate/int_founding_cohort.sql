-- Enterprises established in the months before valid_on, each with the days from establishment to its
-- entry under observation and to its exit: first cover, or leaving the base, or valid_on.
with enterprises as (
    select * from {{ ref('int_enterprises') }}
    where
        in_scope
        and is_recorded
        and established_on <= {{ as_of('valid_on') }}
        and established_on > {{ add_months(as_of('valid_on'), '-' ~ policy_int('cohort.months')) }}
),

exits as (
    select
        enterprise_id,
        coalesce(district_code, 'unknown') as district_code,
        established_on,
        due_on,
        first_seen_on,
        first_covered_on,
        first_left_on,
        coalesce(first_covered_on <= coalesce(first_left_on, date '9999-12-31'), false) as is_event,
        least(
            coalesce(first_covered_on, {{ as_of('valid_on') }}),
            coalesce(first_left_on, {{ as_of('valid_on') }}),
            {{ as_of('valid_on') }}
        ) as exits_on
    from enterprises
),

final as (
    select
        enterprise_id,
        district_code,
        established_on,
        due_on,
        first_covered_on,
        is_event,
        -- By month of establishment a pause outside the base does not undo what came after it.
        first_covered_on is not null as is_covered_ever,
        coalesce(first_covered_on <= due_on, false) as is_in_time,
        first_seen_on - established_on as entry_days,
        exits_on - established_on as exit_days
    from exits
)

select * from final
