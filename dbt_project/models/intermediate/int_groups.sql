-- The groups of each grouping with their names: those of the code lists in force on valid_on (and the
-- member `unknown` of each). Streets come from the list too, so a street without enterprises is not lost.
with areas as (
    select * from {{ ref('area_divisions') }}
    where
        (valid_from is null or valid_from <= {{ as_of('valid_on') }})
        and (valid_to is null or valid_to > {{ as_of('valid_on') }})
),

ownerships (code, name) as (
    values ('public', '公有'), ('non_public', '非公有（内资）'), ('hmt_foreign', '港澳台及外商投资')
),

parted (grouping_kind) as (
    values ('district'), ('managing_area'), ('street'), ('industry'), ('ownership'), ('size')
),

streets as (
    select * from {{ ref('area_streets') }}
),

final as (
    select
        'city' as grouping_kind,
        '210200' as group_code,
        '大连市' as group_name
    union all
    select
        'district',
        code,
        name
    from areas
    where kind = 'district'
    union all
    select
        'managing_area',
        code,
        name
    from areas
    where kind in ('district', 'zone')
    union all
    select
        'street',
        street_code,
        name
    from streets
    union all
    select
        'industry',
        section,
        name
    from {{ ref('industry_sections') }}
    union all
    select
        'ownership',
        code,
        name
    from ownerships
    union all
    select
        'size',
        code,
        name
    from {{ ref('size_bands') }}
    where code <> 'unknown'
    union all
    select
        grouping_kind,
        'unknown',
        '未知'
    from parted
)

select * from final
