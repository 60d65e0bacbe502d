-- The backbone: each enterprise's whole time up to valid_on, cut wherever anything about it changes.
-- Gaps, cover, moves, changes and daily counts are all read off these rows.
with versions as (
    select * from {{ ref('int_enterprise_versions') }}
),

statuses as (
    select * from {{ ref('int_enterprise_status_spells') }}
),

lives as (
    select * from {{ ref('int_enterprise_lives') }}
),

life_spells as (
    select
        enterprise_id,
        starts_on as valid_from,
        ends_on as valid_to
    from lives
    where starts_on < ends_on
),

findings as (
    select
        finding_spells.*,
        coalesce(finding_kinds.effect = 'out_of_base', false) as is_out_of_base
    from {{ ref('int_finding_spells') }} as finding_spells
    left join {{ ref('finding_kinds') }} as finding_kinds on finding_spells.finding = finding_kinds.finding
),

places as (
    select * from {{ ref('stg_enterprise_places') }}
),

cover as (
    select * from {{ ref('int_cover_spells') }}
),

elementary as (
    {{ elementary_spells(
        ['versions', 'statuses', 'life_spells', 'findings', 'places', 'cover'],
        'enterprise_id',
        upper=as_of('until_on'),
    ) }}
),

-- The row of each timeline whose spell began last; whether it still holds is asked below.
joined as (
    select
        elementary.enterprise_id,
        elementary.valid_from,
        elementary.valid_to,
        elementary.valid_from < versions.valid_to as is_recorded,
        versions.valid_from as version_from,
        versions.in_scope,
        coalesce(statuses.status_class, 'active') as status_class,
        elementary.valid_from >= lives.starts_on and elementary.valid_from < lives.ends_on as is_alive,
        if(elementary.valid_from < findings.valid_to, findings.finding, null) as finding,
        coalesce(elementary.valid_from < findings.valid_to and findings.is_out_of_base, false) as is_found_out,
        if(elementary.valid_from < places.valid_to, places.district_code, null) as district_code,
        if(elementary.valid_from < places.valid_to, places.managing_area, null) as managing_area,
        if(elementary.valid_from < cover.valid_to, cover.union_id, null) as union_id,
        if(elementary.valid_from < cover.valid_to, cover.cover_kind, null) as cover_kind
    from elementary
    inner join lives on elementary.enterprise_id = lives.enterprise_id
    asof left join versions
        on elementary.enterprise_id = versions.enterprise_id and elementary.valid_from >= versions.valid_from
    asof left join statuses
        on elementary.enterprise_id = statuses.enterprise_id and elementary.valid_from >= statuses.valid_from
    asof left join findings
        on elementary.enterprise_id = findings.enterprise_id and elementary.valid_from >= findings.valid_from
    asof left join places
        on elementary.enterprise_id = places.enterprise_id and elementary.valid_from >= places.valid_from
    asof left join cover
        on elementary.enterprise_id = cover.enterprise_id and elementary.valid_from >= cover.valid_from
),

judged as (
    select
        * exclude (is_recorded, in_scope),
        coalesce(is_recorded, false) as is_recorded,
        coalesce(is_recorded and in_scope, false) as in_scope,
        -- Would be in the base if it were an enterprise: the measure of the units outside the rate.
        coalesce(is_recorded, false) and is_alive and status_class = 'active' and not is_found_out as is_live_unit,
        -- Null, not false, while no union register was ever received.
        if({{ is_received('union_organisations') }}, union_id is not null, null) as is_covered
    from joined
),

final as (
    select
        enterprise_id,
        valid_from,
        valid_to,
        version_from,
        is_recorded,
        is_alive,
        status_class,
        finding,
        is_found_out,
        in_scope,
        is_live_unit,
        in_scope and is_live_unit as in_base,
        is_covered,
        union_id,
        cover_kind,
        district_code,
        managing_area
    from judged
)

select * from final
