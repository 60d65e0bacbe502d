with cohort as (
    select * from {{ ref('int_founding_cohort') }}
),

known as (
    select {{ is_received('union_organisations') }} as is_cover_known
),

final as (
    select
        cohort.enterprise_id,
        cast(date_trunc('month', cohort.established_on) as date) as month,
        cohort.district_code,
        cohort.established_on,
        cohort.due_on,
        cohort.first_covered_on,
        if(known.is_cover_known, cohort.is_covered_ever, null) as is_covered_ever,
        if(known.is_cover_known, cohort.is_in_time, null) as is_in_time,
        if(known.is_cover_known, cohort.is_event, null) as is_event,
        cast(cohort.entry_days as bigint) as entry_days,
        cast(cohort.exit_days as bigint) as exit_days
    from cohort
    cross join known
)

select * from final
order by enterprise_id
