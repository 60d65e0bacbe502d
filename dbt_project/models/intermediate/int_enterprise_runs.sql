-- Since when the state of valid_on has lasted, and the first days of the dynamic rate.
with spells as (
    select
        spells.*,
        lives.starts_on
    from {{ ref('int_enterprise_spells') }} as spells
    inner join {{ ref('int_enterprise_lives') }} as lives on spells.enterprise_id = lives.enterprise_id
),

last_breaks as (
    select
        enterprise_id,
        min(valid_from) as begins_on,
        max(case when is_covered then null else valid_to end) as covered_broken_on,
        max(case when in_base and not is_covered then null else valid_to end) as gap_broken_on,
        -- A union older than the enterprise covers it from its first day, not before.
        min(case when is_covered and valid_to > starts_on then greatest(valid_from, starts_on) end) as first_covered_on,
        min(case when in_base then valid_from end) as first_in_base_on,
        any_value(starts_on) as starts_on,
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
        -- One that never was in the base left it on its first day.
        if(last_breaks.first_in_base_on is null, last_breaks.starts_on, first_leaves.first_left_on) as first_left_on
    from last_breaks
    left join first_leaves on last_breaks.enterprise_id = first_leaves.enterprise_id
)

select * from final
