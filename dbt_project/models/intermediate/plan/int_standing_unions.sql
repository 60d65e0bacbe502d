-- Every union organisation on valid_on with what the work plan asks of it beyond dim_unions.
with unions as (
    select * from {{ ref('dim_unions') }}
),

said as (
    select
        union_id,
        women_member_count as women_members,
        case is_directly_subordinate when '是' then true when '否' then false end as is_directly_subordinate
    from {{ ref('stg_union_organisations') }}
    where valid_from <= {{ as_of('valid_on') }}
    qualify row_number() over (partition by union_id order by valid_from desc) = 1
),

alive as (
    select union_id from {{ ref('int_union_spells') }}
    where valid_from <= {{ as_of('valid_on') }} and valid_to > {{ as_of('valid_on') }}
),

kinds as (
    select * from {{ ref('union_kinds') }}
),

hosts as (
    select
        enterprise_id,
        exclusion_reason
    from {{ ref('int_enterprises') }}
),

final as (
    select
        unions.union_id,
        unions.name,
        unions.kind,
        coalesce(unions.district_code, 'unknown') as district,
        unions.district_code,
        unions.managing_area,
        unions.street_code,
        unions.founded_on,
        unions.members,
        said.women_members,
        said.is_directly_subordinate,
        coalesce(kinds.level = '基层', false) as is_grassroots,
        -- A union in an institution or social organisation is no enterprise union; one in a branch is.
        coalesce(kinds.level = '基层', false)
        and coalesce(hosts.exclusion_reason not in ('institution', 'social_organisation'), true) as is_enterprise_union,
        alive.union_id is not null as is_alive,
        coalesce(unions.ended_on <= {{ as_of('valid_on') }}, false) as is_ended
    from unions
    left join said on unions.union_id = said.union_id
    left join alive on unions.union_id = alive.union_id
    left join kinds on unions.kind = kinds.kind
    left join hosts on unions.host_enterprise_id = hosts.enterprise_id
)

select * from final
