with enterprises as (
    select * from {{ ref('int_enterprises') }}
    where in_base_live
),

assignments as (
    select * from {{ ref('stg_responsible_cadres') }}
    where
        coalesce(started_on <= {{ as_of('valid_on') }}, true)
        and coalesce(ended_on > {{ as_of('valid_on') }}, true)
),

superseded as (
    select * from {{ ref('stg_superseded_enterprises') }}
),

records as (
    select * from {{ ref('stg_enterprise_records') }}
),

unions as (
    select * from {{ ref('int_unions') }}
),

territorial as (
    select * from {{ ref('int_territorial_unions') }}
),

-- By the id our own lists carry, else by the registry's key; of several of one enterprise the last begun.
assigned as (
    select
        coalesce(superseded.superseded_by, assignments.enterprise_id, records.enterprise_id) as enterprise_id,
        assignments.union_id,
        assignments.person_key,
        assignments.started_on,
        assignments.delivery_id,
        assignments.line
    from assignments
    left join superseded on assignments.enterprise_id = superseded.enterprise_id
    left join records on assignments.enterprise_id is null and assignments.commerce_key = records.record_key
    qualify row_number() over (
        partition by coalesce(superseded.superseded_by, assignments.enterprise_id, records.enterprise_id)
        order by assignments.started_on desc nulls last, assignments.record_key desc
    ) = 1
),

joined as (
    select
        enterprises.enterprise_id,
        enterprises.district_code,
        enterprises.managing_area,
        enterprises.street_code,
        enterprises.is_covered,
        assigned.enterprise_id is not null as is_assigned,
        assigned.union_id as assigned_union_id,
        assigned.person_key,
        assigned.started_on,
        assigned.delivery_id,
        assigned.line,
        unions.union_id is not null as is_known_union,
        coalesce(unions.is_normal, false) as is_alive_union,
        of_street.union_id as street_union_id,
        of_zone.union_id as zone_union_id,
        of_district.union_id as district_union_id
    from enterprises
    left join assigned on enterprises.enterprise_id = assigned.enterprise_id
    left join unions on assigned.union_id = unions.union_id
    left join territorial as of_street
        on of_street.territory = 'street' and enterprises.street_code = of_street.territory_code
    left join territorial as of_zone
        on of_zone.territory = 'zone' and enterprises.managing_area = of_zone.territory_code
    left join territorial as of_district
        on of_district.territory = 'district' and enterprises.district_code = of_district.territory_code
),

final as (
    select
        enterprise_id,
        district_code,
        managing_area,
        street_code,
        is_covered,
        coalesce(
            if(is_alive_union, assigned_union_id, null), street_union_id, zone_union_id, district_union_id
        ) as responsible_union_id,
        case
            when is_alive_union then 'assigned'
            when street_union_id is not null then 'street'
            when zone_union_id is not null then 'zone'
            when district_union_id is not null then 'district'
            else 'none'
        end as responsible_basis,
        if({{ is_received('responsible_cadres') }}, person_key is not null and is_alive_union, null) as has_person,
        {{ surrogate('person_key') }} as person_id,
        started_on as since,
        case
            when not ({{ is_received('responsible_cadres') }} and {{ is_received('union_organisations') }}) then null
            when not is_assigned then 'not_assigned'
            when not is_known_union then 'union_unknown'
            when not is_alive_union then 'union_ended'
            when person_key is null then 'no_person'
        end as finding,
        delivery_id as source_delivery_id,
        cast(line as bigint) as source_line
    from joined
)

select * from final
order by enterprise_id
