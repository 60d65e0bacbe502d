with items as (
    select * from {{ ref('assessment_items') }}
    where
        effective_from <= {{ as_of('valid_on') }}
        and (effective_to is null or effective_to >= {{ as_of('valid_on') }})
),

areas as (
    select * from {{ ref('int_groups') }}
    where grouping_kind = 'managing_area' and group_code <> 'unknown'
),

present as (
    select * from {{ ref('agg_indicator_values') }}
    where "grouping" = 'managing_area'
),

entries as (
    select
        entries.*,
        items.item as item_key
    from {{ ref('stg_assessment_entries') }} as entries
    inner join items on entries.item in (items.item, items.name)
    where
        entries.subject_kind = '区市县'
        and entries.assessment_year = {{ as_of('plan_year') }}
        and (entries.happened_on is null or entries.happened_on <= {{ as_of('valid_on') }})
),

-- Of several entries for one item the latest by its day, then by key.
entered as (
    select * from entries
    where value is not null
    qualify row_number() over (
        partition by subject_code, item_key order by happened_on desc nulls last, record_key desc
    ) = 1
),

-- A fact vetoes in the year in which it happened; one without a day is believed of the year it is entered for.
facts as (
    select
        subject_code,
        item_key,
        count(*) as n,
        string_agg(
            concat_ws(' ', happened_on, basis), '；' order by happened_on asc nulls last, record_key asc
        ) as basis
    from entries
    where happened_on is null or year(happened_on) = assessment_year
    group by all
),

joined as (
    select
        areas.group_code,
        areas.group_name,
        items.rule_version,
        items.item,
        items.name,
        items.kind,
        items.indicator,
        items.weight,
        items.full_at,
        items.zero_at,
        items.is_example,
        items.source,
        present.numerator,
        present.denominator,
        if(items.kind = 'entered', entered.value, present.value) as value,
        facts.n as n_facts,
        case items.kind
            when 'veto' then facts.basis
            when 'entered' then entered.basis
            else '系统计算：' || items.indicator
        end as basis,
        case
            when items.kind in ('entered', 'veto') and not {{ is_received('assessment_entries') }}
                then 'assessment_entries_not_received'
            when items.kind = 'entered' and entered.value is null then 'not_entered'
            when items.kind = 'measured' and present.indicator is null then 'not_measured'
            when items.kind = 'measured' then present.reason
        end as reason
    from areas
    cross join items
    left join present on items.indicator = present.indicator and areas.group_code = present.group_code
    left join entered on items.item = entered.item_key and areas.group_code = entered.subject_code
    left join facts on items.item = facts.item_key and areas.group_code = facts.subject_code
),

final as (
    select
        cast({{ as_of('plan_year') }} as bigint) as assessment_year,
        rule_version,
        'managing_area' as "grouping",
        group_code,
        group_name,
        item,
        name as item_name,
        kind,
        indicator,
        weight,
        full_at,
        zero_at,
        numerator,
        denominator,
        value,
        case
            when reason is null and kind <> 'veto'
                then
                    round(
                        weight * least(1, greatest(0, (value - zero_at) / nullif(full_at - zero_at, 0))), 4
                    )
        end as marks,
        if(kind = 'veto' and reason is null, coalesce(n_facts, 0) > 0, null) as is_vetoed,
        if(reason is null, 'judged', 'not_judged') as status,
        reason,
        basis,
        is_example,
        source
    from joined
)

select * from final
order by assessment_year, group_code, item
