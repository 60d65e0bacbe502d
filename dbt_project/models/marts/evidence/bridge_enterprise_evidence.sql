with versions as (
    select * from {{ ref('int_record_versions') }}
),

links as (
    select * from {{ ref('stg_links') }}
),

registry as (
    select
        versions.enterprise_id,
        'registry' as role,
        'commerce' as feed,
        versions.record_key as canonical_key,
        versions.record_key_raw as record_key,
        cast(null as varchar) as union_id,
        versions.valid_from,
        versions.valid_to,
        versions.valid_from_basis,
        versions.asserted_on,
        versions.recorded_at,
        records.link_basis,
        records.link_confidence,
        versions.delivery_id,
        versions.line
    from {{ ref('stg_commerce') }} as versions
    inner join {{ ref('stg_enterprise_records') }} as records on versions.record_key = records.record_key
),

attached as (
    select
        links.enterprise_id,
        case versions.feed
            when 'tax' then 'tax'
            when 'hr' then 'insurance'
            when 'union_organisations' then 'host_union'
            when 'union_coverage' then 'cover_line'
            when 'verifications' then 'finding'
            when 'work_safety' then 'safety'
            else 'listed'
        end as role,
        versions.feed,
        versions.record_key as canonical_key,
        versions.record_key_raw as record_key,
        versions.union_id,
        greatest(versions.valid_from, links.valid_from) as valid_from,
        least(versions.valid_to, links.valid_to) as valid_to,
        versions.valid_from_basis,
        versions.asserted_on,
        versions.recorded_at,
        links.link_basis,
        links.link_confidence,
        versions.delivery_id,
        versions.line
    from versions
    inner join links
        on
            versions.feed = links.feed
            and versions.record_key = links.record_key
            and versions.valid_from < links.valid_to
            and links.valid_from < versions.valid_to
),

-- A line covers only while its union is alive and in status 正常: the union's own record speaks too.
covering as (
    select distinct
        attached.enterprise_id,
        'covering_union' as role,
        versions.feed,
        versions.record_key as canonical_key,
        versions.record_key_raw as record_key,
        versions.union_id,
        versions.valid_from,
        versions.valid_to,
        versions.valid_from_basis,
        versions.asserted_on,
        versions.recorded_at,
        cast(null as varchar) as link_basis,
        cast(null as double) as link_confidence,
        versions.delivery_id,
        versions.line
    from attached
    inner join versions on versions.feed = 'union_organisations' and attached.union_id = versions.record_key
    where attached.role = 'cover_line'
),

evidence as (
    select * from registry
    union all
    select * from attached
    union all
    select * from covering
),

findings as (
    select
        enterprise_id,
        record_key
    from {{ ref('int_finding_spells') }}
    where valid_from <= {{ as_of('valid_on') }} and valid_to > {{ as_of('valid_on') }}
),

listed as (
    select distinct record_key from {{ ref('int_frozen_list') }}
),

staff as (
    select * from {{ ref('int_staff_sources') }}
),

final as (
    select
        evidence.enterprise_id,
        evidence.role,
        evidence.feed,
        evidence.record_key,
        evidence.union_id,
        evidence.valid_from,
        evidence.valid_to,
        evidence.valid_from_basis,
        evidence.asserted_on,
        evidence.recorded_at,
        -- Of findings the one that holds, of listed rows those of the plan year's list.
        evidence.valid_from <= {{ as_of('valid_on') }}
        and evidence.valid_to > {{ as_of('valid_on') }}
        and (evidence.role <> 'finding' or findings.record_key is not null)
        and (evidence.role <> 'listed' or listed.record_key is not null) as is_in_force,
        staff.record_key is not null
        and evidence.role <> 'covering_union'
        and evidence.valid_from <= {{ as_of('valid_on') }}
        and evidence.valid_to > {{ as_of('valid_on') }} as is_staff_source,
        evidence.link_basis,
        cast(evidence.link_confidence as double) as link_confidence,
        evidence.delivery_id as source_delivery_id,
        cast(evidence.line as bigint) as source_line
    from evidence
    left join findings
        on
            evidence.role = 'finding'
            and evidence.enterprise_id = findings.enterprise_id
            and evidence.canonical_key = findings.record_key
    left join listed on evidence.role = 'listed' and evidence.canonical_key = listed.record_key
    left join staff
        on
            evidence.enterprise_id = staff.enterprise_id
            and evidence.feed = staff.feed
            and evidence.canonical_key = staff.record_key
)

select * from final
order by enterprise_id, role, record_key, valid_from
