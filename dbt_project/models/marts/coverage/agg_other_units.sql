with units as (
    select * from {{ ref('int_enterprises') }}
    where not in_scope and is_recorded
),

kinds (kind, kind_name) as (
    values
    ('branch', '分支机构'),
    ('individual', '个体工商户'),
    ('cooperative', '农民专业合作社'),
    ('institution', '机关事业单位'),
    ('social_organisation', '社会组织'),
    ('union', '工会'),
    ('other', '其他')
),

counted as (
    select
        exclusion_reason as kind,
        count(*) filter (is_live_unit) as n,
        count(*) filter (is_live_unit and is_covered) as n_covered,
        count(*) as n_registered
    from units
    group by exclusion_reason
),

known as (
    select {{ is_received('union_organisations') }} as is_cover_known
),

final as (
    select
        kinds.kind,
        kinds.kind_name,
        coalesce(counted.n, 0) as n,
        if(known.is_cover_known, coalesce(counted.n_covered, 0), null) as n_covered,
        coalesce(counted.n_registered, 0) as n_registered
    from kinds
    left join counted on kinds.kind = counted.kind
    cross join known
)

select * from final
order by kind
