with candidates as (
    select * from {{ ref('int_congress_candidates') }}
    where stage <> 'withdrawn'
),

-- Who has been a candidate, and who of them was elected.
staged as (
    select
        * exclude (stage),
        'nominated' as stage
    from candidates
    union all
    select
        * exclude (stage),
        'elected'
    from candidates
    where stage = 'elected'
),

dimensions (dimension, is_partition) as (
    values
    ('总数', true), ('选举单位', true), ('职业类别', true), ('单位类型', true),
    ('性别', false), ('民族', false), ('政治面貌', false), ('年龄', false), ('荣誉', false)
),

described as (
    select
        staged.congress,
        staged.body,
        staged.stage,
        dimensions.dimension,
        case dimensions.dimension
            when '总数' then '总数'
            when '选举单位' then staged.electing_unit
            when '职业类别' then staged.occupation
            when '单位类型' then staged.unit_type
            when '性别' then staged.sex
            when '民族' then staged.ethnicity
            when '政治面貌' then staged.party
            when '年龄' then staged.age_band
            when '荣誉' then staged.honour
        end as category
    from staged
    cross join dimensions
),

counted as (
    select
        congress,
        body,
        stage,
        dimension,
        category,
        count(*) as n_in_category
    from described
    where category is not null
    group by all
),

totals as (
    select
        congress,
        body,
        stage,
        dimension,
        count(*) as n_total,
        count(*) filter (category is null) as n_unknown
    from described
    group by all
),

members as (
    select
        sum(members) as n_members,
        100.0 * sum(women_members) filter (members is not null)
        / nullif(sum(members) filter (women_members is not null), 0) as women_percent
    from {{ ref('int_unions') }}
    where is_normal and level = 'grassroots'
),

planned as (
    select
        congress,
        body,
        dimension,
        category,
        'plan' as quota_basis,
        minimum,
        maximum,
        unit
    from {{ ref('stg_congress_quotas') }}
),

congresses as (
    select congress from planned
    union
    select congress from candidates
),

-- What a rule says of a congress, for where its plan says nothing.
ruled as (
    select
        congresses.congress,
        yardsticks.body,
        yardsticks.dimension,
        yardsticks.category,
        'rule' as quota_basis,
        yardsticks.minimum,
        yardsticks.maximum,
        '人' as unit
    from {{ ref('congress_yardsticks') }} as yardsticks
    inner join members
        on
            members.n_members >= yardsticks.min_members
            and (yardsticks.max_members is null or members.n_members <= yardsticks.max_members)
    cross join congresses
    where yardsticks.kind = 'size'
    union all
    select
        congresses.congress,
        '代表',
        '性别',
        '女',
        'rule',
        members.women_percent,
        null,
        '%'
    from members
    cross join congresses
    where members.women_percent is not null
),

quotas as (
    select * from planned
    union all
    select ruled.* from ruled
    anti join planned
        on
            ruled.congress = planned.congress
            and ruled.body = planned.body
            and ruled.dimension = planned.dimension
            and ruled.category = planned.category
),

stages (stage) as (
    values ('nominated'), ('elected')
),

wanted as (
    select
        quotas.congress,
        quotas.body,
        stages.stage,
        quotas.dimension,
        quotas.category
    from quotas
    cross join stages
    union
    select
        congress,
        body,
        stage,
        dimension,
        category
    from counted
),

shares as (
    select
        body,
        dimension,
        category,
        share
    from {{ ref('congress_yardsticks') }}
    where kind = 'mix'
),

joined as (
    select
        wanted.*,
        coalesce(dimensions.is_partition, true) as is_partition,
        coalesce(quotas.quota_basis, 'none') as quota_basis,
        quotas.minimum as quota_min,
        quotas.maximum as quota_max,
        quotas.unit as quota_unit,
        coalesce(totals.n_total, 0) as n_total,
        coalesce(counted.n_in_category, 0) as n_in_category,
        coalesce(totals.n_unknown, 0) as n_unknown,
        shares.share as reference_share,
        -- Whole persons, in exact decimals: 30 % of 10 are 3, not a little more.
        case quotas.unit
            when '人' then ceil(cast(quotas.minimum as decimal(18, 6)))
            when '%' then ceil(cast(quotas.minimum as decimal(18, 6)) * coalesce(totals.n_total, 0) / 100)
        end as min_persons,
        case quotas.unit
            when '人' then floor(cast(quotas.maximum as decimal(18, 6)))
            when '%' then floor(cast(quotas.maximum as decimal(18, 6)) * coalesce(totals.n_total, 0) / 100)
        end as max_persons
    from wanted
    left join dimensions on wanted.dimension = dimensions.dimension
    left join quotas
        on
            wanted.congress = quotas.congress
            and wanted.body = quotas.body
            and wanted.dimension = quotas.dimension
            and wanted.category = quotas.category
    left join totals
        on
            wanted.congress = totals.congress
            and wanted.body = totals.body
            and wanted.stage = totals.stage
            and wanted.dimension = totals.dimension
    left join counted
        on
            wanted.congress = counted.congress
            and wanted.body = counted.body
            and wanted.stage = counted.stage
            and wanted.dimension = counted.dimension
            and wanted.category = counted.category
    left join shares
        on
            wanted.body = shares.body
            and wanted.dimension = shares.dimension
            and wanted.category = shares.category
),

compared as (
    select
        *,
        greatest(0, coalesce(min_persons - n_in_category, 0)) as shortfall,
        greatest(0, coalesce(n_in_category - max_persons, 0)) as excess
    from joined
),

judged as (
    select
        *,
        case
            when quota_basis = 'none' then 'no_plan'
            when n_total = 0 then 'no_candidates'
            when shortfall > 0 and shortfall <= n_unknown then 'unknown_attributes'
        end as reason
    from compared
),

final as (
    select
        {{ as_of('valid_on') }} as valid_on,
        congress,
        body,
        stage,
        dimension,
        category,
        is_partition,
        quota_basis,
        quota_min,
        quota_max,
        quota_unit,
        n_total,
        n_in_category,
        n_unknown,
        {{ rate('n_in_category', 'n_total') }} as share,
        cast(min_persons as bigint) as min_persons,
        cast(max_persons as bigint) as max_persons,
        cast(shortfall as bigint) as shortfall,
        cast(excess as bigint) as excess,
        case
            when reason is not null then 'not_judged'
            when shortfall > 0 then 'short'
            when excess > 0 then 'over'
            else 'within'
        end as result,
        reason,
        reference_share
    from judged
)

select * from final
order by congress, body, stage, dimension, category
