with cohort as (
    select
        *,
        cast(date_trunc('month', established_on) as date) as month
    from {{ ref('int_founding_cohort') }}
),

known as (
    select {{ is_received('union_organisations') }} as is_cover_known
),

counted as (
    select
        month,
        count(*) as n,
        count(*) filter (is_in_time) as n_covered_in_time,
        count(*) filter (is_covered_ever) as n_covered,
        count(*) filter (not is_covered_ever) as n_censored
    from cohort
    group by month
),

final as (
    select
        counted.month,
        counted.n,
        if(known.is_cover_known, counted.n_covered_in_time, null) as n_covered_in_time,
        if(known.is_cover_known, counted.n_covered, null) as n_covered,
        if(known.is_cover_known, counted.n_censored, null) as n_censored,
        if(known.is_cover_known, {{ rate('counted.n_covered_in_time', 'counted.n') }}, null) as in_time_rate
    from counted
    cross join known
)

select * from final
order by month
