with changes as (
    select
        changed_on,
        was_in_base,
        in_base,
        was_in_base and coalesce(was_covered, false) as was_covered_in_base,
        in_base and coalesce(is_covered, false) as covered_in_base,
        coalesce(district_code_before, 'unknown') as district_before,
        coalesce(district_code, 'unknown') as district
    from {{ ref('int_daily_changes') }}
    where was_in_base or in_base
),

-- A move is a leave and an entry for the districts and nothing for the city.
steps as (
    select
        'city' as grouping_kind,
        '210200' as group_code,
        changed_on,
        was_in_base,
        in_base,
        was_covered_in_base,
        covered_in_base
    from changes
    union all
    select
        'district',
        district,
        changed_on,
        was_in_base,
        in_base,
        was_covered_in_base,
        covered_in_base
    from changes
    where district_before = district
    union all
    select
        'district',
        district_before,
        changed_on,
        was_in_base,
        false,
        was_covered_in_base,
        false
    from changes
    where district_before <> district
    union all
    select
        'district',
        district,
        changed_on,
        false,
        in_base,
        false,
        covered_in_base
    from changes
    where district_before <> district
),

moved as (
    select
        grouping_kind,
        group_code,
        changed_on as valid_on,
        count(*) filter (not was_in_base and in_base) as n_entered,
        count(*) filter (was_in_base and not in_base) as n_left,
        count(*) filter (was_in_base and in_base and not was_covered_in_base and covered_in_base) as n_newly_covered,
        count(*) filter (was_in_base and in_base and was_covered_in_base and not covered_in_base) as n_lost_cover,
        count(*) filter (not was_in_base and covered_in_base) as n_entered_covered,
        count(*) filter (was_covered_in_base and not in_base) as n_left_covered
    from steps
    group by grouping_kind, group_code, changed_on
),

-- The day before the first: what the running sums start from.
stock as (
    select
        unnest([
            struct_pack(grouping_kind := 'city', group_code := '210200'),
            struct_pack(grouping_kind := 'district', group_code := coalesce(district_code, 'unknown'))
        ]) as member,
        is_covered
    from {{ ref('int_enterprise_spells') }}
    where in_base and valid_from < {{ as_of('daily_from') }} and valid_to >= {{ as_of('daily_from') }}
),

opening as (
    select
        member.grouping_kind,
        member.group_code,
        count(*) as n_base,
        count(*) filter (is_covered) as n_covered
    from stock
    group by member.grouping_kind, member.group_code
),

-- Districts of the code lists on any day of the range, and whatever else occurs.
groups as (
    select
        'city' as grouping_kind,
        '210200' as group_code
    union
    select
        'district',
        code
    from {{ ref('area_divisions') }}
    where
        kind = 'district'
        and (valid_from is null or valid_from <= {{ as_of('valid_on') }})
        and (valid_to is null or valid_to > {{ as_of('daily_from') }})
    union
    select
        'district',
        'unknown'
    union
    select
        grouping_kind,
        group_code
    from moved
    union
    select
        grouping_kind,
        group_code
    from opening
),

days as (
    select
        cast(
            unnest(generate_series({{ as_of('daily_from') }}, {{ as_of('valid_on') }}, interval 1 day)) as date
        ) as valid_on
),

filled as (
    select
        days.valid_on,
        groups.grouping_kind,
        groups.group_code,
        coalesce(opening.n_base, 0) as opening_base,
        coalesce(opening.n_covered, 0) as opening_covered,
        coalesce(moved.n_entered, 0) as n_entered,
        coalesce(moved.n_left, 0) as n_left,
        coalesce(moved.n_newly_covered, 0) as n_newly_covered,
        coalesce(moved.n_lost_cover, 0) as n_lost_cover,
        coalesce(moved.n_entered_covered, 0) as n_entered_covered,
        coalesce(moved.n_left_covered, 0) as n_left_covered
    from groups
    cross join days
    left join opening on groups.grouping_kind = opening.grouping_kind and groups.group_code = opening.group_code
    left join moved
        on
            groups.grouping_kind = moved.grouping_kind
            and groups.group_code = moved.group_code
            and days.valid_on = moved.valid_on
),

summed as (
    select
        *,
        opening_base + sum(n_entered - n_left) over running as n_base,
        opening_covered
        + sum(n_newly_covered - n_lost_cover + n_entered_covered - n_left_covered) over running as n_covered
    from filled
    window running as (
        partition by grouping_kind, group_code order by valid_on rows between unbounded preceding and current row
    )
),

known as (
    select {{ is_received('union_organisations') }} as is_cover_known
),

final as (
    select
        summed.valid_on,
        summed.grouping_kind as "grouping",
        summed.group_code,
        cast(summed.n_base as bigint) as n_base,
        if(known.is_cover_known, cast(summed.n_covered as bigint), null) as n_covered,
        summed.n_entered,
        summed.n_left,
        if(known.is_cover_known, summed.n_newly_covered, null) as n_newly_covered,
        if(known.is_cover_known, summed.n_lost_cover, null) as n_lost_cover,
        if(known.is_cover_known, summed.n_entered_covered, null) as n_entered_covered,
        if(known.is_cover_known, summed.n_left_covered, null) as n_left_covered,
        if(known.is_cover_known, {{ rate('summed.n_covered', 'summed.n_base') }}, null) as coverage_rate
    from summed
    cross join known
)

select * from final
order by valid_on, "grouping", group_code
