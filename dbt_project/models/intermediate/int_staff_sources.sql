-- The records whose head count is the one an enterprise has on valid_on.
with enterprises as (
    select
        enterprise_id,
        staff_source,
        staff_as_of,
        staff_count
    from {{ ref('int_enterprises') }}
    where staff_source is not null
),

tax as (
    select
        enterprises.enterprise_id,
        'tax' as feed,
        records.record_key
    from enterprises
    inner join {{ ref('int_tax_rows') }} as records
        on
            enterprises.enterprise_id = records.enterprise_id
            and enterprises.staff_as_of = records.period_ends_on
            and enterprises.staff_count = records.staff_count
    where
        enterprises.staff_source = 'tax'
        and records.valid_from <= {{ as_of('valid_on') }}
        and records.valid_to > {{ as_of('valid_on') }}
),

hr as (
    select
        enterprises.enterprise_id,
        'hr' as feed,
        records.record_key
    from enterprises
    inner join {{ ref('int_hr_rows') }} as records
        on
            enterprises.enterprise_id = records.enterprise_id
            and enterprises.staff_as_of = records.month_starts_on
    where
        enterprises.staff_source = 'hr'
        and records.is_insured
        and records.staff_count is not null
        and records.valid_from <= {{ as_of('valid_on') }}
        and records.valid_to > {{ as_of('valid_on') }}
),

registry as (
    select
        enterprises.enterprise_id,
        'commerce' as feed,
        versions.record_key
    from enterprises
    inner join {{ ref('int_enterprise_versions') }} as versions
        on enterprises.enterprise_id = versions.enterprise_id
    where
        enterprises.staff_source = 'commerce'
        and versions.valid_from <= {{ as_of('valid_on') }}
        and versions.valid_to > {{ as_of('valid_on') }}
),

own_union as (
    select
        enterprises.enterprise_id,
        'union_organisations' as feed,
        staff.union_id as record_key
    from enterprises
    inner join {{ ref('int_union_staff') }} as staff on enterprises.enterprise_id = staff.enterprise_id
    where enterprises.staff_source = 'union' and staff.valid_to = {{ as_of('until_on') }}
),

final as (
    select * from tax
    union
    select * from hr
    union
    select * from registry
    union
    select * from own_union
)

select * from final
