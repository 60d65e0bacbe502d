-- Which federation answers for which street, zone and district on valid_on: in status 正常 and alive;
-- of several the earliest founded, then by id.
with unions as (
    select
        union_id,
        kind,
        starts_on as founded_on
    from {{ ref('int_union_spells') }}
    where valid_from <= {{ as_of('valid_on') }} and valid_to > {{ as_of('valid_on') }}
),

places as (
    select * from {{ ref('stg_union_places') }}
    where valid_from <= {{ as_of('valid_on') }} and valid_to > {{ as_of('valid_on') }}
),

placed as (
    select
        unions.union_id,
        unions.founded_on,
        case
            when unions.kind = '乡镇街道总工会' then 'street'
            when places.managing_area <> coalesce(places.district_code, '') then 'zone'
            else 'district'
        end as territory,
        case
            when unions.kind = '乡镇街道总工会' then places.street_code
            else coalesce(places.managing_area, places.district_code)
        end as territory_code
    from unions
    inner join places on unions.union_id = places.union_id
    where unions.kind in ('乡镇街道总工会', '区市县总工会')
),

final as (
    select
        territory,
        territory_code,
        union_id
    from placed
    where territory_code is not null
    qualify row_number() over (
        partition by territory, territory_code order by founded_on asc, union_id asc
    ) = 1
)

select * from final
