-- How far the covered of each group may be off because of links: by how many on average, and half the width of
-- the interval around that, at the level of the policy row links.interval_level.
with members as (
    select * from {{ ref('int_base_members') }}
    where is_covered is not null
),

doubts as (
    select * from {{ ref('int_cover_doubts') }}
),

tiers as (
    select * from {{ ref('int_link_tiers') }}
),

joined as (
    select
        members.*,
        doubts.tier,
        doubts.p_wrong
    from members
    inner join doubts on members.member_key = doubts.member_key
),

of_tiers as (
    select
        base_kind,
        {{ grouping_kind() }} as grouping_kind,
        {{ group_code() }} as group_code,
        tier,
        sum(p_wrong) as n_wrong,
        sum(if(is_covered, -p_wrong, p_wrong)) as n_shift,
        sum({{ exactly('p_wrong * (1 - p_wrong)') }}) as variance
    from joined
    group by
        {{ by_grouping(['tier']) }}
),

-- Enterprises err by themselves; that a whole tier is better or worse than thought moves all of its links at once.
summed as (
    select
        of_tiers.base_kind,
        of_tiers.grouping_kind,
        of_tiers.group_code,
        sum(of_tiers.n_shift) as n_shift,
        sum(of_tiers.variance + {{ exactly('(of_tiers.n_wrong * tiers.relative_deviation) ^ 2') }}) as variance
    from of_tiers
    inner join tiers on of_tiers.tier = tiers.tier
    group by of_tiers.base_kind, of_tiers.grouping_kind, of_tiers.group_code
),

level as (
    select cast({{ policy('links.interval_level') }} as double) as level
),

final as (
    select
        summed.base_kind,
        summed.grouping_kind,
        summed.group_code,
        cast(summed.n_shift as double) as n_shift,
        -- A half more, because enterprises are counted and the normal curve is not.
        ({{ normal_quantile('level.level') }}) * sqrt(summed.variance) + 0.5 as half_width
    from summed
    cross join level
)

select * from final
