-- Each 企业类型 as written, read once: codes by their longest listed beginning, texts by the first word they contain.
with texts as (
    select distinct enterprise_type from {{ ref('stg_commerce') }}
    where enterprise_type is not null
),

rules as (
    select * from {{ ref('enterprise_types') }}
),

final as (
    select
        texts.enterprise_type,
        -- Any other enterprise type is in scope.
        coalesce(
            arg_min(rules.scope_kind, rules.priority) filter (rules.scope_kind is not null), 'enterprise'
        ) as scope_kind,
        arg_min(rules.ownership, rules.priority) filter (rules.ownership is not null) as ownership
    from texts
    left join rules
        on
            (
                rules.match_kind = 'code_prefix'
                and starts_with(texts.enterprise_type, rules.pattern)
                and regexp_matches(texts.enterprise_type, '^[0-9]{4}')
            )
            or (rules.match_kind = 'text' and contains(texts.enterprise_type, rules.pattern))
    group by texts.enterprise_type
)

select * from final
