with gaps as (
    select * from {{ ref('fct_enterprises_without_union') }}
),

enterprises as (
    select * from {{ ref('int_enterprises') }}
),

versions as (
    select * from {{ ref('stg_commerce') }}
    where valid_from <= {{ as_of('valid_on') }}
),

in_force as (
    select * from versions
    where valid_to > {{ as_of('valid_on') }} and has_party_organisation = '是'
),

-- The last version that did not say so ended where the present run began.
since as (
    select
        in_force.enterprise_id,
        coalesce(max(versions.valid_to), date '0001-01-01') as party_since
    from in_force
    left join versions
        on
            in_force.enterprise_id = versions.enterprise_id
            and versions.valid_to <= in_force.valid_from
            and coalesce(versions.has_party_organisation, '') <> '是'
    group by in_force.enterprise_id
),

final as (
    select
        gaps.enterprise_id,
        gaps.uscc,
        gaps.name,
        gaps.district_code,
        gaps.managing_area,
        gaps.street_code,
        enterprises.ownership,
        cast(gaps.staff_count as bigint) as staff_count,
        since.party_since,
        gaps.gap_since,
        gaps.due_on,
        gaps.is_overdue,
        gaps.recommended_form,
        gaps.responsible_union_id,
        gaps.source_delivery_id,
        gaps.source_line
    from gaps
    inner join since on gaps.enterprise_id = since.enterprise_id
    inner join enterprises on gaps.enterprise_id = enterprises.enterprise_id
)

select * from final
order by enterprise_id
