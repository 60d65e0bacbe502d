with items as (
    select * from {{ ref('fct_assessment_indicators') }}
),

unions as (
    select * from {{ ref('int_grassroots_unions') }}
),

-- Scores of enterprise unions, of each the latest of the year.
scored as (
    select
        unions.managing_area,
        entries.value
    from {{ ref('stg_assessment_entries') }} as entries
    inner join unions on entries.subject_code = unions.union_id
    where
        entries.subject_kind = '基层工会'
        and entries.item = '得分'
        and entries.assessment_year = {{ as_of('plan_year') }}
        and entries.value between 0 and 100
        and (entries.happened_on is null or entries.happened_on <= {{ as_of('valid_on') }})
    qualify row_number() over (
        partition by unions.union_id order by entries.happened_on desc nulls last, entries.record_key desc
    ) = 1
),

enterprises as (
    select
        managing_area,
        count(*) as n,
        cast(sum(cast(value as decimal(18, 4))) / count(*) as decimal(18, 4)) as mean
    from scored
    group by managing_area
),

own as (
    select
        assessment_year,
        rule_version,
        "grouping",
        group_code,
        group_name,
        cast(sum(cast(weight as decimal(18, 4))) as double) as weight_total,
        cast(sum(cast(weight as decimal(18, 4))) filter (marks is not null) as double) as weight_judged,
        sum(cast(marks as decimal(18, 4))) as own_marks,
        bool_or(is_vetoed) as is_vetoed,
        string_agg(item_name, '、' order by item) filter (is_vetoed) as veto_items,
        bool_or(is_example) as is_example
    from items
    group by all
),

totals as (
    select
        own.*,
        cast(100 * own.own_marks / own.weight_judged as decimal(18, 4)) as own_score,
        coalesce(enterprises.n, 0) as n_enterprise_scores,
        enterprises.mean as enterprise_mean,
        cast({{ policy('assessment.enterprise_share') }} as decimal(5, 4)) as enterprise_share,
        case
            when own.weight_judged is null then 'nothing_judged'
        end as reason
    from own
    left join enterprises on own.group_code = enterprises.managing_area
),

shared as (
    select
        *,
        cast(enterprise_share * enterprise_mean as decimal(18, 4)) as enterprise_score
    from totals
),

-- In exact decimals: two areas tie or do not, on every machine.
summed as (
    select
        *,
        if(reason is null, own_score + coalesce(enterprise_score, 0), null) as total_score,
        reason is null and not coalesce(is_vetoed, false) as is_ranked
    from shared
),

ranked as (
    select
        *,
        if(is_ranked, rank() over (partition by is_ranked order by total_score desc), null) as place,
        if(is_ranked, count(*) over (partition by is_ranked, total_score), null) as n_tied
    from summed
),

final as (
    select
        assessment_year,
        rule_version,
        "grouping",
        group_code,
        group_name,
        weight_total,
        coalesce(weight_judged, 0) as weight_judged,
        cast(own_marks as double) as own_marks,
        cast(own_score as double) as own_score,
        n_enterprise_scores,
        cast(enterprise_mean as double) as enterprise_mean,
        cast(enterprise_share as double) as enterprise_share,
        cast(enterprise_score as double) as enterprise_score,
        cast(total_score as double) as total_score,
        is_vetoed,
        veto_items,
        place as rank,
        n_tied,
        if(reason is null, 'judged', 'not_judged') as status,
        reason,
        is_example
    from ranked
)

select * from final
order by assessment_year, group_code
