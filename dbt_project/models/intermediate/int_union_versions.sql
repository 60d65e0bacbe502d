with versions as (
    select * from {{ ref('stg_union_organisations') }}
),

words as (
    select * from {{ ref('int_status_effects') }}
),

kinds as (
    select * from {{ ref('union_kinds') }}
),

final as (
    select
        versions.union_id,
        versions.valid_from,
        versions.valid_to,
        versions.name,
        versions.kind,
        kinds.host_cover_kind as cover_by_host,
        kinds.line_cover_kind as cover_by_line,
        versions.parent_union_no,
        versions.status,
        -- 正常 where none is known; a word nobody knows covers nothing.
        case
            when coalesce(versions.status, '') in ('', '正常') then 'normal'
            when words.effect = 'end' then 'end'
            when contains(versions.status, '筹') then 'preparing'
            else 'unknown'
        end as status_class,
        {{ usable_date('versions.founded_on') }} as founded_on,
        {{ usable_date('versions.dissolved_on') }} as ended_on,
        versions.asserted_on,
        versions.first_seen_on,
        versions.last_seen_on,
        versions.is_absent,
        versions.staff_count,
        versions.member_count,
        versions.women_member_count,
        versions.migrant_member_count,
        case versions.is_directly_subordinate when '是' then true when '否' then false end as is_directly_subordinate,
        versions.host_name_canonical,
        versions.host_org_code,
        versions.delivery_id,
        versions.line
    from versions
    left join kinds on versions.kind = kinds.kind
    left join words on versions.status = words.status
)

select * from final
