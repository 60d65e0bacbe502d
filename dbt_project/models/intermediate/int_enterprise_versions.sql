-- depends_on: {{ ref('branch_name_patterns') }}
-- What is known of each enterprise, by spell, with its scope and ownership as that content gives them.
-- Versions that begin after valid_on are here too: an end date they state may lie before it.
with versions as (
    select * from {{ ref('stg_commerce') }}
),

statuses as (
    select * from {{ ref('int_status_effects') }}
),

registration_types as (
    select * from {{ ref('int_registration_types') }}
),

enterprise_types as (
    select * from {{ ref('int_enterprise_types') }}
),

divisions as (
    select * from {{ ref('industry_divisions') }}
    where
        (valid_from is null or valid_from <= {{ as_of('valid_on') }})
        and (valid_to is null or valid_to > {{ as_of('valid_on') }})
),

-- Each witness in its order; null where it decides nothing. The first two characters are GB 32100's.
witnesses as (
    select
        versions.*,
        case
            when not coalesce(versions.uscc_valid, false) or starts_with(versions.uscc, '91') then null
            when starts_with(versions.uscc, '92') then 'individual'
            when starts_with(versions.uscc, '93') then 'cooperative'
            when versions.uscc[1:2] in ('11', '12') then 'institution'
            when versions.uscc[1:2] in ('51', '52', '53') then 'social_organisation'
            when versions.uscc[1:2] in ('81', '89') then 'union'
            else 'other'
        end as by_uscc,
        registration_types.scope_kind as by_registration_type,
        enterprise_types.scope_kind as by_enterprise_type,
        case
            when
                versions.reg_no_valid
                and length(versions.reg_no) = 15
                and versions.reg_no[7] in ('6', '7', '8', '9')
                then 'individual'
        end as by_reg_no,
        {{ scope_by_name('versions.name_canonical') }} as by_name,
        coalesce(
            nullif(registration_types.ownership, 'unknown'),
            nullif(enterprise_types.ownership, 'unknown'),
            'unknown'
        ) as ownership,
        case
            when versions.status is null then 'active'
            when statuses.effect = 'unknown' then 'active'
            else statuses.effect
        end as status_class,
        case
            when versions.status is null then 'assumed'
            when statuses.effect = 'unknown' then 'unknown_word'
            else 'stated'
        end as status_basis,
        divisions.section as industry_section
    from versions
    left join statuses on versions.status = statuses.status
    left join registration_types on versions.registration_type = registration_types.registration_type
    left join enterprise_types on versions.enterprise_type = enterprise_types.enterprise_type
    left join divisions
        on regexp_extract(versions.industry_code, '^[A-Ta-t]?([0-9]{2})', 1) = divisions.division
),

decided as (
    select
        * exclude (established_on, ended_on),
        {{ usable_date('established_on') }} as established_on,
        {{ usable_date('ended_on') }} as ended_on,
        coalesce(
            by_uscc, by_registration_type, by_enterprise_type, by_reg_no, by_name, 'enterprise'
        ) as scope_kind,
        case
            when by_uscc is not null then 'uscc'
            when by_registration_type is not null then 'registration_type'
            when by_enterprise_type is not null then 'enterprise_type'
            when by_reg_no is not null then 'reg_no'
            when by_name is not null then 'name'
            else 'default'
        end as scope_basis
    from witnesses
),

final as (
    select
        enterprise_id,
        record_key,
        valid_from,
        valid_to,
        asserted_on,
        delivery_id,
        line,
        first_seen_on,
        last_seen_on,
        is_absent,
        uscc,
        org_code,
        reg_no,
        name,
        enterprise_type,
        ownership,
        industry_section,
        status,
        status_class,
        status_basis,
        established_on,
        ended_on,
        address,
        business_address,
        employed_count,
        scope_kind = 'enterprise' as in_scope,
        scope_basis,
        if(scope_kind = 'enterprise', null, scope_kind) as exclusion_reason
    from decided
)

select * from final
