with rules as (
    select * from {{ ref('int_policy') }}
),

final as (
    select
        rule_key,
        value,
        unit,
        source,
        confidence,
        is_assumed
    from rules
)

select * from final
order by rule_key
