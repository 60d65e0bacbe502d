with organisations as (
    select
        units.*,
        kinds.organisation_kind,
        coalesce(areas.group_code, 'unknown') as managing_area,
        coalesce(districts.group_code, homes.district_code, 'unknown') as district
    from {{ ref('stg_organisations') }} as units
    left join {{ ref('organisation_kinds') }} as kinds on units.kind = kinds.kind
    left join {{ ref('int_groups') }} as areas
        on areas.grouping_kind = 'managing_area' and units.division_code = areas.group_code
    left join {{ ref('int_groups') }} as districts
        on districts.grouping_kind = 'district' and units.division_code = districts.group_code
    left join {{ ref('zone_districts') }} as homes on units.division_code = homes.zone_code and homes.is_default
    where
        (units.established_on is null or units.established_on <= {{ as_of('valid_on') }})
        and (units.ended_on is null or units.ended_on > {{ as_of('valid_on') }})
        and (units.status in ('', '正常') or units.ended_on is not null)
),

unions as (
    select * from {{ ref('int_grassroots_unions') }}
),

lines as (
    select
        lines.unit_org_code,
        lines.unit_name_canonical
    from {{ ref('stg_union_coverage') }} as lines
    inner join {{ ref('int_union_spells') }} as spells on lines.union_id = spells.union_id
    where
        lines.valid_from <= {{ as_of('valid_on') }}
        and lines.valid_to > {{ as_of('valid_on') }}
        and spells.valid_from <= {{ as_of('valid_on') }}
        and spells.valid_to > {{ as_of('valid_on') }}
        and spells.cover_by_line is not null
        and coalesce(lines.started_on, date '0001-01-01') <= {{ as_of('valid_on') }}
        and coalesce(lines.ended_on, date '9999-12-31') > {{ as_of('valid_on') }}
),

claims as (
    select
        host_org_code as org_code,
        host_name_canonical as name_canonical,
        kind = '单独' as is_own
    from unions
    union all
    select
        unit_org_code,
        unit_name_canonical,
        false
    from lines
),

-- A name counts where one organisation bears it, and only where no code of both sides speaks against it.
sole_names as (
    select name_canonical
    from organisations
    group by name_canonical
    having count(*) = 1
),

found as (
    select
        organisations.record_key,
        claims.is_own
    from organisations
    inner join claims on organisations.org_code = claims.org_code
    union all
    select
        organisations.record_key,
        claims.is_own
    from organisations
    inner join sole_names on organisations.name_canonical = sole_names.name_canonical
    inner join claims on organisations.name_canonical = claims.name_canonical
    where organisations.org_code is null or claims.org_code is null
),

covered as (
    select
        record_key,
        bool_or(is_own) as is_own
    from found
    group by record_key
),

counted as (
    select
        case
            when grouping(organisations.district) = 0 then 'district'
            when grouping(organisations.managing_area) = 0 then 'managing_area'
            else 'city'
        end as grouping_kind,
        coalesce(organisations.district, organisations.managing_area, '210200') as group_code,
        organisations.organisation_kind,
        count(*) as n_base,
        count(covered.record_key) as n_covered,
        count(*) filter (covered.is_own) as n_own,
        cast(sum(organisations.staff_count) as bigint) as n_staff
    from organisations
    left join covered on organisations.record_key = covered.record_key
    group by
        grouping sets (
            (organisations.organisation_kind),
            (organisations.organisation_kind, organisations.district),
            (organisations.organisation_kind, organisations.managing_area)
        )
),

kinds as (
    select
        organisation_kind,
        case organisation_kind
            when 'institution' then '机关事业单位'
            when 'social_organisation' then '社会组织'
            when 'new_economic' then '新经济组织（中介服务机构）'
            else '其他单位'
        end as kind_name,
        coalesce(max(required_from) <= {{ as_of('valid_on') }}, false) as is_required_by_law
    from {{ ref('organisation_kinds') }}
    group by organisation_kind
),

received as (
    select
        {{ is_received('organisations') }} as has_units,
        {{ is_received('organisations') }} and {{ is_received('union_organisations') }} as has_both
),

final as (
    select
        groups.grouping_kind as "grouping",
        groups.group_code,
        groups.group_name,
        kinds.organisation_kind,
        kinds.kind_name,
        if(received.has_units, coalesce(counted.n_base, 0), null) as n_base,
        if(received.has_both, coalesce(counted.n_covered, 0), null) as n_covered,
        if(received.has_both, coalesce(counted.n_own, 0), null) as n_own,
        if(received.has_both, coalesce(counted.n_covered - counted.n_own, 0), null) as n_joint,
        if(received.has_units, coalesce(counted.n_staff, 0), null) as n_staff,
        kinds.is_required_by_law,
        if(received.has_both, {{ rate('counted.n_covered', 'counted.n_base') }}, null) as rate,
        if(received.has_both, 'judged', 'not_judged') as status,
        case
            when not received.has_units then 'organisations_not_received'
            when not received.has_both then 'union_register_not_received'
        end as reason
    from {{ ref('int_groups') }} as groups
    cross join kinds
    cross join received
    left join counted
        on
            groups.grouping_kind = counted.grouping_kind
            and groups.group_code = counted.group_code
            and kinds.organisation_kind = counted.organisation_kind
    where groups.grouping_kind in ('city', 'district', 'managing_area')
)

select * from final
order by "grouping", group_code, organisation_kind
