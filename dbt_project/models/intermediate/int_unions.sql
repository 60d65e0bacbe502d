-- Every union of the register as it stands on valid_on, with the enterprise it is the union of.
with latest as (
    select * from {{ ref('int_union_versions') }}
    where valid_from <= {{ as_of('valid_on') }}
    qualify row_number() over (partition by union_id order by valid_from desc) = 1
),

lives as (
    select * from {{ ref('int_union_lives') }}
),

statuses as (
    select * from {{ ref('int_union_status_spells') }}
    where valid_from <= {{ as_of('valid_on') }} and valid_to > {{ as_of('valid_on') }}
),

places as (
    select * from {{ ref('stg_union_places') }}
    where valid_from <= {{ as_of('valid_on') }} and valid_to > {{ as_of('valid_on') }}
),

hosts as (
    select * from {{ ref('stg_links') }}
    where
        feed = 'union_organisations'
        and valid_from <= {{ as_of('valid_on') }}
        and valid_to > {{ as_of('valid_on') }}
),

enterprises as (
    select * from {{ ref('int_enterprises') }}
),

final as (
    select
        latest.union_id,
        latest.name,
        latest.kind,
        latest.parent_union_no as parent_union_id,
        places.district_code,
        places.managing_area,
        places.street_code,
        latest.founded_on,
        case
            when not lives.is_recorded then least(lives.ends_on, lives.recorded_to)
            when lives.ends_on < date '9999-12-31' then nullif(lives.ends_on, date '0001-01-01')
        end as ended_on,
        coalesce(statuses.status, '正常') as status,
        lives.is_recorded
        and lives.starts_on <= {{ as_of('valid_on') }}
        and lives.ends_on > {{ as_of('valid_on') }}
        and coalesce(statuses.status_class, 'normal') = 'normal' as is_normal,
        case
            when latest.kind in ('单独', '联合') then 'grassroots'
            when latest.kind in ('区市县总工会', '乡镇街道总工会') then 'local'
            when latest.kind = '产业工会' then 'industrial'
            else 'federation'
        end as level,
        coalesce(
            latest.founded_on between {{ as_of('plan_year_starts_on') }} and {{ as_of('valid_on') }}, false
        ) as is_founded_in_plan_year,
        -- Ended, or struck off the register.
        least(lives.ends_on, lives.recorded_to) <= {{ as_of('valid_on') }} as is_over,
        latest.is_directly_subordinate,
        latest.member_count as members,
        latest.women_member_count as women_members,
        latest.staff_count,
        hosts.enterprise_id as host_enterprise_id,
        enterprises.ownership as host_ownership,
        enterprises.size_code as host_size_code,
        enterprises.staff_count as host_staff_count,
        lives.last_seen_on,
        lives.is_absent,
        latest.delivery_id as source_delivery_id,
        cast(latest.line as bigint) as source_line
    from latest
    inner join lives on latest.union_id = lives.union_id
    left join statuses on latest.union_id = statuses.union_id
    left join places on latest.union_id = places.union_id
    left join hosts on latest.union_id = hosts.record_key
    left join enterprises on hosts.enterprise_id = enterprises.enterprise_id
)

select * from final
