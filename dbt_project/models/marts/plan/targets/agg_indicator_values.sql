with coverage as (
    select * from {{ ref('agg_coverage') }}
    where "grouping" in ('city', 'district', 'managing_area')
),

dynamic as (
    select * from {{ ref('agg_dynamic_coverage') }}
),

members as (
    select * from {{ ref('agg_members') }}
    where member_group = 'all'
),

organisations as (
    select
        "grouping",
        group_code,
        if(organisation_kind = 'institution', 'institution_rate', 'social_organisation_rate') as indicator,
        n_covered,
        n_base,
        status,
        reason
    from {{ ref('agg_organisation_coverage') }}
    where organisation_kind in ('institution', 'social_organisation')
),

party as (
    select * from {{ ref('int_party_base') }}
),

told as (
    select
        if(base_kind = 'frozen', 'coverage_rate', 'coverage_rate_live') as indicator,
        "grouping",
        group_code,
        cast(n_covered as double) as numerator,
        cast(n_base as double) as denominator,
        if(n_covered is null, 'union_register_not_received', null) as reason
    from coverage
    where base_kind in ('frozen', 'live')
    union all
    select
        'n_covered',
        "grouping",
        group_code,
        n_covered,
        null,
        if(n_covered is null, 'union_register_not_received', null)
    from coverage
    where base_kind = 'live'
    union all
    select
        'rate_due',
        "grouping",
        group_code,
        n_due_covered,
        n_due,
        if(n_due_covered is null, 'union_register_not_received', null)
    from dynamic
    union all
    select
        'n_members',
        "grouping",
        group_code,
        n_members,
        null,
        reason
    from members
    where base_kind = 'live_staff'
    union all
    select
        'n_grassroots_unions',
        "grouping",
        group_code,
        n_unions + n_unions_silent,
        null,
        if(n_unions is null, reason, null)
    from members
    where base_kind = 'live_staff'
    union all
    select
        'membership_rate',
        "grouping",
        group_code,
        n_members,
        n_base,
        reason
    from members
    where base_kind = 'union_staff'
    union all
    select
        indicator,
        "grouping",
        group_code,
        n_covered,
        n_base,
        reason
    from organisations
    union all
    select
        'party_union_rate',
        grouping_kind,
        group_code,
        n_covered,
        n_base,
        reason
    from party
    union all
    select
        'new_union_standardised',
        "grouping",
        group_code,
        n_meeting,
        n_new_unions,
        nullif(reason, 'empty')
    from {{ ref('agg_founding_quality') }}
    where "grouping" in ('city', 'district')
    union all
    select
        'direct_election_share',
        "grouping",
        group_code,
        n_direct,
        n_elections,
        nullif(reason, 'empty')
    from {{ ref('agg_direct_elections') }}
    where "grouping" in ('city', 'district') and election_kind = 'all'
    union all
    select
        'dual_activity',
        "grouping",
        group_code,
        n_complete,
        n_enterprises,
        nullif(reason, 'empty')
    from {{ ref('agg_chair_reviews') }}
    where "grouping" in ('city', 'district') and denominator = 'all'
    union all
    select
        if(target_group = 'non_public', 'dual_demo_nonpublic', 'dual_demo_state'),
        'city',
        '210200',
        n_named,
        null,
        nullif(reason, 'empty')
    from {{ ref('agg_demonstration_units') }}
),

-- A frozen base without a list has no rows at all; it is told of each group of the live base.
without_list as (
    select
        'coverage_rate',
        "grouping",
        group_code,
        null,
        null,
        'no_base_list'
    from coverage
    where base_kind = 'live' and (select count(*) from {{ ref('int_frozen_list') }}) = 0
),

whole as (
    select * from told
    union all
    select * from without_list
),

judged as (
    select
        whole.indicator,
        indicators.name as indicator_name,
        indicators.unit,
        indicators.is_rate,
        whole."grouping" as grouping_kind,
        whole.group_code,
        if(whole.reason is null, whole.numerator, null) as numerator,
        if(whole.reason is null, whole.denominator, null) as denominator,
        coalesce(
            whole.reason,
            if(indicators.is_rate and coalesce(whole.denominator, 0) = 0, 'nothing_to_count', null)
        ) as reason
    from whole
    inner join {{ ref('plan_indicators') }} as indicators on whole.indicator = indicators.indicator
),

valued as (
    select
        *,
        case when reason is null then if(is_rate, numerator / denominator, numerator) end as value
    from judged
),

final as (
    select
        valued.indicator,
        valued.indicator_name,
        valued.unit,
        valued.grouping_kind as "grouping",
        valued.group_code,
        groups.group_name,
        valued.numerator,
        valued.denominator,
        valued.value,
        if(valued.reason is null, 'judged', 'not_judged') as status,
        valued.reason
    from valued
    left join {{ ref('int_groups') }} as groups
        on valued.grouping_kind = groups.grouping_kind and valued.group_code = groups.group_code
)

select * from final
order by indicator, "grouping", group_code
