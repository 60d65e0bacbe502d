with members as (
    select * from {{ ref('int_base_members') }}
),

bounds as (
    select * from {{ ref('int_coverage_bounds') }}
),

groups as (
    select * from {{ ref('int_groups') }}
),

counted as (
    select
        base_kind,
        {{ grouping_kind() }} as grouping_kind,
        {{ group_code() }} as group_code,
        count(*) as n_base,
        count(*) filter (is_covered) as n_covered,
        count(*) filter (cover_kind = 'own') as n_own,
        count(*) filter (cover_kind = 'joint') as n_joint,
        count(*) filter (cover_kind = 'federation') as n_federation,
        count(*) filter (is_staff_unknown) as n_staff_unknown,
        count(*) filter (is_absent) as n_absent
    from members
    group by
        {{ by_grouping() }}
),

base_kinds as (
    select unnest(['live', 'live_25', 'due']) as base_kind
    union all
    select 'frozen'
    where (select count(*) from {{ ref('int_frozen_list') }}) > 0
),

-- The city, its districts, ownership and size classes always have their row, be it empty.
wanted as (
    select
        groups.grouping_kind,
        groups.group_code,
        base_kinds.base_kind
    from groups
    cross join base_kinds
    where groups.grouping_kind in ('city', 'district', 'ownership', 'size')
    union
    select
        grouping_kind,
        group_code,
        base_kind
    from counted
    union
    -- A group without anybody known to have 25 staff still shows whose head count nobody knows.
    select
        grouping_kind,
        group_code,
        'live_25' as base_kind
    from counted
    where base_kind = 'live' and n_staff_unknown > 0
),

filled as (
    select
        wanted.grouping_kind,
        wanted.group_code,
        coalesce(groups.group_name, wanted.group_code) as group_name,
        wanted.base_kind,
        coalesce(counted.n_base, 0) as n_base,
        coalesce(counted.n_covered, 0) as n_covered,
        coalesce(counted.n_own, 0) as n_own,
        coalesce(counted.n_joint, 0) as n_joint,
        coalesce(counted.n_federation, 0) as n_federation,
        -- Beside live_25 stand the live enterprises whose head count nobody knows.
        coalesce(if(wanted.base_kind = 'live_25', live.n_staff_unknown, counted.n_staff_unknown), 0) as n_staff_unknown,
        coalesce(counted.n_absent, 0) as n_absent,
        coalesce(bounds.n_shift, 0) as n_shift,
        coalesce(bounds.half_width, 0) as half_width
    from wanted
    left join counted
        on
            wanted.base_kind = counted.base_kind
            and wanted.grouping_kind = counted.grouping_kind
            and wanted.group_code = counted.group_code
    left join counted as live
        on
            live.base_kind = 'live'
            and wanted.grouping_kind = live.grouping_kind
            and wanted.group_code = live.group_code
    left join bounds
        on
            wanted.base_kind = bounds.base_kind
            and wanted.grouping_kind = bounds.grouping_kind
            and wanted.group_code = bounds.group_code
    left join groups on wanted.grouping_kind = groups.grouping_kind and wanted.group_code = groups.group_code
),

target as (
    select cast({{ policy('target.coverage_rate.min') }} as decimal(9, 6)) as min_rate
),

known as (
    select {{ is_received('union_organisations') }} as is_cover_known
),

-- The covered are whole enterprises, so the bounds are the outermost whole numbers inside the interval;
-- what is published always lies between them.
bounded as (
    select
        *,
        least(n_covered, greatest(0, ceil(n_covered + n_shift - half_width))) as n_covered_low,
        greatest(n_covered, least(n_base, floor(n_covered + n_shift + half_width))) as n_covered_high
    from filled
),

final as (
    select
        {{ as_of('valid_on') }} as valid_on,
        bounded.grouping_kind as "grouping",
        bounded.group_code,
        bounded.group_name,
        bounded.base_kind,
        bounded.n_base,
        if(known.is_cover_known, bounded.n_covered, null) as n_covered,
        if(known.is_cover_known, bounded.n_own, null) as n_own,
        if(known.is_cover_known, bounded.n_joint, null) as n_joint,
        if(known.is_cover_known, bounded.n_federation, null) as n_federation,
        bounded.n_staff_unknown,
        bounded.n_absent,
        if(known.is_cover_known, {{ rate('bounded.n_covered', 'bounded.n_base') }}, null) as coverage_rate,
        if(known.is_cover_known, {{ rate('bounded.n_covered_low', 'bounded.n_base') }}, null) as rate_low,
        if(known.is_cover_known, {{ rate('bounded.n_covered_high', 'bounded.n_base') }}, null) as rate_high,
        if(bounded.base_kind = 'frozen', cast(target.min_rate as double), null) as target_rate,
        -- In exact decimals: the target is never met by rounding.
        if(
            known.is_cover_known and bounded.base_kind = 'frozen' and bounded.n_base > 0,
            cast(bounded.n_covered as decimal(18, 0)) >= target.min_rate * cast(bounded.n_base as decimal(18, 0)),
            null
        ) as meets_target
    from bounded
    cross join target
    cross join known
)

select * from final
order by "grouping", group_code, base_kind
