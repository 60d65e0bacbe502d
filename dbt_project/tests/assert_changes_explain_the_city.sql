-- Every firm that entered, left, was newly covered or lost cover in the city has its row among the changes.
with daily as (
    select
        valid_on,
        n_entered,
        n_left,
        n_newly_covered,
        n_lost_cover
    from {{ ref('agg_coverage_daily') }}
    where "grouping" = 'city'
),

told as (
    select
        changed_on,
        count(*) filter (change = 'entered_base') as n_entered,
        count(*) filter (change = 'left_base') as n_left,
        count(*) filter (change = 'gained_cover' and was_in_base and in_base) as n_newly_covered,
        count(*) filter (change = 'lost_cover' and was_in_base and in_base) as n_lost_cover
    from {{ ref('fct_coverage_changes') }}
    group by changed_on
)

select
    daily.*,
    told.* exclude (changed_on)
from daily
left join told on daily.valid_on = told.changed_on
where
    daily.n_entered <> coalesce(told.n_entered, 0)
    or daily.n_left <> coalesce(told.n_left, 0)
    or daily.n_newly_covered <> coalesce(told.n_newly_covered, 0)
    or daily.n_lost_cover <> coalesce(told.n_lost_cover, 0)
