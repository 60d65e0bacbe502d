-- Points are month ends and valid_on. A spell holds on a point p if it began on or before p and ends after it, so it
-- counts from the first point at or after its start to before the first point at or after its end.
with points as (
    select distinct
        least(
            last_day({{ add_months(as_of('valid_on'), '-cast(step as integer)') }}), {{ as_of('valid_on') }}
        ) as observed_on
    from unnest(generate_series(0, {{ policy_int('forecast.history_months') }})) as steps (step)
),

spells as (
    select * from {{ ref('int_enterprise_spells') }}
),

listed as (
    select
        enterprise_id,
        coalesce(district_code, 'unknown') as district
    from {{ ref('int_enterprises') }}
    where in_base_frozen
),

unmatched as (
    select count(*) as n from {{ ref('int_frozen_list') }}
    where enterprise_id is null
),

unions as (
    select
        spells.valid_from,
        spells.valid_to,
        coalesce(places.district_code, 'unknown') as district,
        case when spells.member_count between 0 and 1000000 then spells.member_count else 0 end as member_count
    from {{ ref('int_union_spells') }} as spells
    inner join {{ ref('union_kinds') }} as kinds on spells.kind = kinds.kind and kinds.level = '基层'
    left join {{ ref('stg_union_places') }} as places
        on
            spells.union_id = places.union_id
            and places.valid_from <= {{ as_of('valid_on') }}
            and places.valid_to > {{ as_of('valid_on') }}
),

-- Each spell adds to a district's numerator and denominator on its days.
stays as (
    select
        'coverage_rate_live' as indicator,
        coalesce(district_code, 'unknown') as district,
        valid_from,
        valid_to,
        cast(is_covered as integer) as numerator,
        1 as denominator
    from spells
    where in_base
    union all
    select
        'coverage_rate',
        listed.district,
        spells.valid_from,
        spells.valid_to,
        1,
        0
    from spells
    inner join listed on spells.enterprise_id = listed.enterprise_id
    where spells.is_covered
    union all
    select
        'coverage_rate',
        district,
        date '0001-01-01',
        date '9999-12-31',
        0,
        1
    from listed
    union all
    select
        'coverage_rate',
        'unknown',
        date '0001-01-01',
        date '9999-12-31',
        0,
        n
    from unmatched
    where n > 0
    union all
    select
        'n_grassroots_unions',
        district,
        valid_from,
        valid_to,
        1,
        0
    from unions
    union all
    select
        'n_members',
        district,
        valid_from,
        valid_to,
        member_count,
        0
    from unions
),

steps as (
    select
        indicator,
        district,
        valid_from as day,
        numerator,
        denominator
    from stays
    union all
    select
        indicator,
        district,
        valid_to,
        -numerator,
        -denominator
    from stays
),

-- A day after the last point changes none of them.
placed as (
    select
        steps.indicator,
        steps.district,
        points.observed_on,
        sum(steps.numerator) as numerator,
        sum(steps.denominator) as denominator
    from steps
    asof inner join points on steps.day <= points.observed_on
    group by all
),

by_group as (
    select
        indicator,
        if(grouping(district) = 0, 'district', 'city') as grouping_kind,
        coalesce(district, '210200') as group_code,
        observed_on,
        sum(numerator) as numerator,
        sum(denominator) as denominator
    from placed
    group by grouping sets ((indicator, observed_on), (indicator, observed_on, district))
),

told as (
    select distinct
        indicator,
        grouping_kind,
        group_code
    from by_group
),

wanted as (
    select
        told.indicator,
        told.grouping_kind,
        told.group_code,
        points.observed_on
    from told
    cross join points
),

accumulated as (
    select
        wanted.indicator,
        wanted.grouping_kind,
        wanted.group_code,
        wanted.observed_on,
        sum(coalesce(by_group.numerator, 0)) over running as numerator,
        sum(coalesce(by_group.denominator, 0)) over running as denominator
    from wanted
    left join by_group
        on
            wanted.indicator = by_group.indicator
            and wanted.grouping_kind = by_group.grouping_kind
            and wanted.group_code = by_group.group_code
            and wanted.observed_on = by_group.observed_on
    window running as (
        partition by wanted.indicator, wanted.grouping_kind, wanted.group_code order by wanted.observed_on
    )
),

known as (
    select
        feeds.first_full_on as recorded_from,
        -- Before its list was fixed the frozen rate is of firms that were to live until then.
        (select max(listing.list_frozen_on) from {{ ref('int_frozen_list') }} as listing) as listed_on,
        {{ is_received('union_organisations') }} as is_cover_known
    from {{ ref('stg_feeds') }} as feeds
    where feeds.feed = 'commerce'
),

final as (
    select
        accumulated.indicator,
        accumulated.grouping_kind as "grouping",
        accumulated.group_code,
        groups.group_name,
        accumulated.observed_on,
        cast(accumulated.numerator as double) as numerator,
        if(indicators.is_rate, cast(accumulated.denominator as double), null) as denominator,
        if(
            indicators.is_rate,
            {{ rate('accumulated.numerator', 'accumulated.denominator') }},
            cast(accumulated.numerator as double)
        ) as value,
        if(
            accumulated.observed_on >= known.recorded_from
            and (accumulated.indicator <> 'coverage_rate' or accumulated.observed_on >= known.listed_on),
            'recorded',
            'reconstructed'
        ) as basis
    from accumulated
    inner join {{ ref('plan_indicators') }} as indicators on accumulated.indicator = indicators.indicator
    left join {{ ref('int_groups') }} as groups
        on accumulated.grouping_kind = groups.grouping_kind and accumulated.group_code = groups.group_code
    cross join known
    where known.is_cover_known
)

select * from final
order by indicator, "grouping", group_code, observed_on
