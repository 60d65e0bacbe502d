-- Grassroots unions alive and in status 正常 on valid_on, with their figures. Federations and general unions are
-- none: their members are members of grassroots unions already.
with spells as (
    select spells.*
    from {{ ref('int_union_spells') }} as spells
    inner join {{ ref('union_kinds') }} as kinds on spells.kind = kinds.kind and kinds.level = '基层'
    where spells.valid_from <= {{ as_of('valid_on') }} and spells.valid_to > {{ as_of('valid_on') }}
),

versions as (
    select * from {{ ref('int_union_versions') }}
    where valid_from <= {{ as_of('valid_on') }} and valid_to > {{ as_of('valid_on') }}
),

places as (
    select * from {{ ref('stg_union_places') }}
    where valid_from <= {{ as_of('valid_on') }} and valid_to > {{ as_of('valid_on') }}
),

hosts as (
    select * from {{ ref('stg_links') }}
    where
        feed = 'union_organisations'
        and valid_from <= {{ as_of('valid_on') }}
        and valid_to > {{ as_of('valid_on') }}
),

final as (
    select
        spells.union_id,
        spells.kind,
        coalesce(places.district_code, 'unknown') as district,
        coalesce(places.managing_area, places.district_code, 'unknown') as managing_area,
        {{ usable_count('spells.staff_count') }} as staff_count,
        case when spells.member_count between 0 and 1000000 then spells.member_count end as member_count,
        case when versions.women_member_count between 0 and 1000000 then versions.women_member_count end as women_count,
        case when versions.migrant_member_count between 0 and 1000000 then versions.migrant_member_count end
            as migrant_count,
        hosts.enterprise_id as host_enterprise_id,
        versions.host_name_canonical,
        versions.host_org_code
    from spells
    inner join versions on spells.union_id = versions.union_id
    left join places on spells.union_id = places.union_id
    left join hosts on spells.union_id = hosts.record_key
)

select * from final
