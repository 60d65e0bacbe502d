-- Since when the state of valid_on has lasted, and the first days of the dynamic rate.
with spells as (
    select * from {{ ref('int_enterprise_spells') }}
),

last_breaks as (
    select
        enterprise_id,
        min(valid_from) as begins_on,
        max(case when is_covered then null else valid_to end) as covered_broken_on,
        max(case when in_base and not is_covered then null else valid_to end) as gap_broken_on,
        min(case when is_covered then valid_from end) as first_covered_on,
        min(case when in_base then valid_from end) as first_in_base_on,
        max(case when is_covered then valid_to end) as last_covered_to
    from spells
    group by enterprise_id
),

first_leaves as (
    select
        spells.enterprise_id,
        min(spells.valid_from) as first_left_on
    from spells
    inner join last_breaks on spells.enterprise_id = last_breaks.enterprise_id
    where not spells.in_base and spells.valid_from > last_breaks.first_in_base_on
    group by spells.enterprise_id
),

final as (
    select
        last_breaks.enterprise_id,
        coalesce(last_breaks.covered_broken_on, last_breaks.begins_on) as covered_since,
        coalesce(last_breaks.gap_broken_on, last_breaks.begins_on) as gap_since,
        last_breaks.first_covered_on,
        last_breaks.last_covered_to,
        last_breaks.first_in_base_on,
        first_leaves.first_left_on
    from last_breaks
    left join first_leaves on last_breaks.enterprise_id = first_leaves.enterprise_id
)

select * from final
