-- Each 登记注册类型 as written, read once: a code by its three digits, a text by the first word it contains.
with texts as (
    select distinct registration_type from {{ ref('stg_commerce') }}
    where registration_type is not null
),

rules as (
    select * from {{ ref('registration_types') }}
),

final as (
    select
        texts.registration_type,
        arg_min(rules.scope_kind, rules.priority) filter (rules.scope_kind is not null) as scope_kind,
        arg_min(rules.ownership, rules.priority) filter (rules.ownership is not null) as ownership
    from texts
    left join rules
        on
            (
                rules.match_kind = 'code'
                and regexp_extract(texts.registration_type, '^([0-9]{3})([^0-9]|$)', 1) = rules.pattern
            )
            or (rules.match_kind = 'text' and contains(texts.registration_type, rules.pattern))
    group by texts.registration_type
)

select * from final
