-- The rules in force on valid_on for this city: one row per key (tested).
with rules as (
    select * from {{ ref('policy_rules') }}
    where scope = 'dalian'
),

final as (
    select
        rule_key,
        value,
        unit,
        source,
        confidence,
        confidence = 'assumed' as is_assumed
    from rules
    where
        (effective_from is null or effective_from <= {{ as_of('valid_on') }})
        and (effective_to is null or effective_to >= {{ as_of('valid_on') }})
)

select * from final
