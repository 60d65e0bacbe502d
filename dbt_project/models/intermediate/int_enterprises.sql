-- Every enterprise as it stands on valid_on: one row each, in or out of scope, alive or not.
with latest as (
    select * from {{ ref('int_enterprise_versions') }}
    where valid_from <= {{ as_of('valid_on') }}
    qualify row_number() over (partition by enterprise_id order by valid_from desc) = 1
),

lives as (
    select * from {{ ref('int_enterprise_lives') }}
),

spells as (
    select * from {{ ref('int_enterprise_spells') }}
    where valid_to = {{ as_of('until_on') }}
),

statuses as (
    select * from {{ ref('int_enterprise_status_spells') }}
    where valid_from <= {{ as_of('valid_on') }} and valid_to > {{ as_of('valid_on') }}
),

places as (
    select * from {{ ref('stg_enterprise_places') }}
    where valid_from <= {{ as_of('valid_on') }} and valid_to > {{ as_of('valid_on') }}
),

staff as (
    select * from {{ ref('int_staff_spells') }}
    where valid_to = {{ as_of('until_on') }}
),

runs as (
    select * from {{ ref('int_enterprise_runs') }}
),

listed as (
    select
        enterprise_id,
        count(*) as n_listed
    from {{ ref('int_frozen_list') }}
    where enterprise_id is not null
    group by enterprise_id
),

plan_year_list as (
    select count(*) > 0 as is_frozen from {{ ref('int_frozen_list') }}
),

finding_kinds as (
    select * from {{ ref('finding_kinds') }}
),

-- Both ends inclusive; the last band is open.
size_bands as (
    select * from {{ ref('size_bands') }}
    where code <> 'unknown'
),

joined as (
    select
        latest.enterprise_id,
        latest.record_key,
        latest.uscc,
        latest.org_code,
        latest.reg_no,
        latest.name,
        latest.enterprise_type,
        latest.ownership,
        latest.industry_section,
        latest.address,
        latest.business_address,
        latest.delivery_id,
        latest.line,
        latest.in_scope,
        latest.scope_basis,
        latest.exclusion_reason,
        coalesce(statuses.status, '正常') as status,
        statuses.status_class,
        if(statuses.status is null and latest.status is not null, 'before_end', latest.status_basis) as status_basis,
        lives.established_on,
        lives.starts_on,
        lives.start_basis,
        if(lives.is_recorded, lives.ends_on, least(lives.ends_on, lives.recorded_to)) as ends_on,
        lives.is_recorded,
        lives.is_absent,
        lives.first_seen_on,
        lives.last_seen_on,
        places.district_code,
        places.managing_area,
        places.street_code,
        coalesce(places.district_basis, 'none') as district_basis,
        staff.staff_count,
        staff.staff_source,
        staff.staff_as_of,
        coalesce(size_bands.code, 'unknown') as size_code,
        spells.is_alive,
        spells.is_live_unit,
        spells.finding,
        spells.in_base as in_base_live,
        spells.is_covered,
        case when spells.is_covered is null then null else coalesce(spells.cover_kind, 'none') end as cover_kind,
        spells.union_id,
        runs.covered_since as state_covered_since,
        runs.gap_since as state_gap_since,
        runs.first_covered_on,
        runs.last_covered_to,
        runs.first_left_on,
        coalesce(finding_kinds.effect = 'claim', false) as has_claim,
        coalesce(finding_kinds.leaves_frozen_base, false) as leaves_frozen_base,
        listed.n_listed is not null as is_listed,
        plan_year_list.is_frozen,
        {{ add_months('lives.starts_on', policy_int('establish.deadline_months')) }} as due_on
    from latest
    inner join lives on latest.enterprise_id = lives.enterprise_id
    inner join spells on latest.enterprise_id = spells.enterprise_id
    inner join runs on latest.enterprise_id = runs.enterprise_id
    left join statuses on latest.enterprise_id = statuses.enterprise_id
    left join places on latest.enterprise_id = places.enterprise_id
    left join staff on latest.enterprise_id = staff.enterprise_id
    left join size_bands
        on
            staff.staff_count >= size_bands.min_staff
            and (size_bands.max_staff is null or staff.staff_count <= size_bands.max_staff)
    left join listed on latest.enterprise_id = listed.enterprise_id
    left join finding_kinds on spells.finding = finding_kinds.finding
    cross join plan_year_list
),

judged as (
    select
        * exclude (ends_on, state_covered_since, state_gap_since, is_listed, leaves_frozen_base, is_frozen),
        if(ends_on < date '9999-12-31', ends_on, null) as ended_on,
        if(is_covered, state_covered_since, null) as covered_since,
        in_base_live and coalesce(staff_count >= {{ policy_int('union.own.min_staff') }}, false) as in_base_live_25,
        in_base_live and due_on <= {{ as_of('valid_on') }} as in_base_due,
        -- 注销, 吊销, 撤销 or 事实不存在 leave the list; a paused firm, or one elsewhere, stays on it.
        case
            when is_frozen
                then
                    is_listed
                    and coalesce(status_class, 'active') <> 'end'
                    and ends_on > {{ as_of('valid_on') }}
                    and not leaves_frozen_base
        end as in_base_frozen,
        -- Null while cover is unknown: nobody is then on the gap list, and the release says why.
        if(is_covered is null, null, in_base_live and not is_covered) as is_gap,
        if(in_base_live and not is_covered, state_gap_since, null) as gap_since
    from joined
),

final as (
    select
        *,
        if(is_gap is null, null, is_gap and in_base_due) as is_overdue,
        if(
            coalesce(staff_count >= {{ policy_int('union.own.min_staff') }}, false), 'own', 'joint'
        ) as recommended_form
    from judged
)

select * from final
