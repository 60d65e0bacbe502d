with units as (
    select * from {{ ref('fct_demonstration_units') }}
),

targets (target_group, target_count) as (
    values
    ('non_public', {{ policy_int('target.dual_demo.nonpublic') }}),
    ('state', {{ policy_int('target.dual_demo.state') }})
),

known as (
    select {{ is_received('demonstration_units') }} as is_known
),

counted as (
    select
        targets.target_group,
        cast(targets.target_count as bigint) as target_count,
        count(*) filter (units.state = 'named') as n_named,
        count(*) filter (units.state = 'nurturing') as n_nurturing,
        count(*) filter (units.state = 'withdrawn') as n_withdrawn,
        count(*) filter (units.state = 'named' and not units.is_consistent) as n_inconsistent
    from targets
    left join units on targets.target_group = units.target_group
    group by targets.target_group, targets.target_count
),

final as (
    select
        {{ as_of('valid_on') }} as valid_on,
        counted.target_group,
        if(known.is_known, counted.n_named, null) as n_named,
        if(known.is_known, counted.n_nurturing, null) as n_nurturing,
        if(known.is_known, counted.n_withdrawn, null) as n_withdrawn,
        if(known.is_known, counted.n_inconsistent, null) as n_inconsistent,
        counted.target_count,
        if(
            known.is_known and counted.target_count is not null,
            greatest(0, counted.target_count - counted.n_named),
            null
        ) as n_needed,
        if(known.is_known, counted.n_named >= counted.target_count, null) as meets_target,
        if(known.is_known and counted.target_count is not null, 'judged', 'not_judged') as status,
        case
            when not known.is_known then 'feed_not_received'
            when counted.target_count is null then 'no_target'
        end as reason
    from counted
    cross join known
)

select * from final
order by target_group
