with listed as (
    select
        lists.record_key,
        rows_read.record_key_raw,
        rows_read.list_name,
        rows_read.name,
        rows_read.frozen_on,
        lists.enterprise_id,
        rows_read.delivery_id,
        rows_read.line
    from {{ ref('int_frozen_list') }} as lists
    inner join {{ ref('stg_base_list') }} as rows_read on lists.record_key = rows_read.record_key
    qualify row_number() over (partition by lists.record_key order by rows_read.version_no desc) = 1
),

enterprises as (
    select * from {{ ref('int_enterprises') }}
),

finding_kinds as (
    select * from {{ ref('finding_kinds') }}
),

known as (
    select {{ is_received('union_organisations') }} as is_cover_known
),

final as (
    select
        listed.record_key_raw as record_key,
        listed.list_name,
        listed.name,
        listed.frozen_on,
        listed.enterprise_id,
        -- Rows of the list that came to one enterprise are one member.
        coalesce(listed.enterprise_id, listed.record_key_raw) as member_key,
        coalesce(enterprises.in_base_frozen, true) as in_base,
        case
            when listed.enterprise_id is null or enterprises.in_base_frozen then null
            when coalesce(finding_kinds.leaves_frozen_base, false) then 'finding'
            else 'ended'
        end as left_because,
        coalesce(enterprises.is_covered, if(known.is_cover_known, false, null)) as is_covered,
        coalesce(enterprises.cover_kind, if(known.is_cover_known, 'none', null)) as cover_kind,
        enterprises.staff_count is null as is_staff_unknown,
        coalesce(enterprises.is_absent, false) as is_absent,
        enterprises.district_code,
        enterprises.managing_area,
        enterprises.street_code,
        enterprises.industry_section,
        coalesce(enterprises.ownership, 'unknown') as ownership,
        coalesce(enterprises.size_code, 'unknown') as size_code,
        listed.delivery_id as source_delivery_id,
        cast(listed.line as bigint) as source_line
    from listed
    left join enterprises on listed.enterprise_id = enterprises.enterprise_id
    left join finding_kinds on enterprises.finding = finding_kinds.finding
    cross join known
)

select * from final
order by record_key
