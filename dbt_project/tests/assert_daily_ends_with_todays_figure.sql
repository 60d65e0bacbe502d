-- The running sums of the daily table arrive at the figure counted afresh on valid_on.
select
    today."grouping",
    today.group_code,
    today.n_base,
    daily.n_base as n_base_daily,
    today.n_covered,
    daily.n_covered as n_covered_daily
from {{ ref('agg_coverage') }} as today
inner join {{ ref('agg_coverage_daily') }} as daily
    on
        today.valid_on = daily.valid_on
        and today."grouping" = daily."grouping"
        and today.group_code = daily.group_code
where
    today.base_kind = 'live'
    and (
        today.n_base <> daily.n_base
        or coalesce(today.n_covered, -1) <> coalesce(daily.n_covered, -1)
    )
