-- What a record of each feed does to the enterprise it is attached to, on valid_on: whether it covers it,
-- how many staff it states, which finding it holds, whether it lists it. One row per record in force.
with unions as (
    select * from {{ ref('int_union_spells') }}
    where valid_to = {{ as_of('until_on') }}
),

hosts as (
    select
        'union_organisations' as feed,
        union_id as record_key,
        true as is_cover
    from unions
    where cover_by_host is not null
),

lines as (
    select
        'union_coverage' as feed,
        lines.record_key,
        true as is_cover
    from {{ ref('int_cover_lines') }} as lines
    inner join unions on lines.union_id = unions.union_id
    where
        unions.cover_by_line is not null
        and lines.valid_from <= {{ as_of('valid_on') }}
        and lines.valid_to > {{ as_of('valid_on') }}
),

tax as (
    select
        'tax' as feed,
        record_key,
        {{ usable_count('staff_count') }} as staff_count
    from {{ ref('stg_tax') }}
    where
        valid_from <= {{ as_of('valid_on') }}
        and valid_to > {{ as_of('valid_on') }}
        and {{ expires_on('period_ends_on', policy_int('staff.max_age_months.tax')) }} > {{ as_of('valid_on') }}
),

hr as (
    select
        'hr' as feed,
        record_key,
        greatest(
            {{ usable_count('pension_count') }},
            {{ usable_count('injury_count') }},
            {{ usable_count('unemployment_count') }}
        ) as staff_count
    from {{ ref('stg_hr') }}
    where
        valid_from <= {{ as_of('valid_on') }}
        and valid_to > {{ as_of('valid_on') }}
        and is_insured
        and {{ expires_on('month_starts_on', policy_int('staff.max_age_months.hr')) }} > {{ as_of('valid_on') }}
),

findings as (
    select
        'verifications' as feed,
        findings.record_key,
        coalesce(kinds.effect = 'out_of_base', false) as is_out_of_base
    from {{ ref('stg_verifications') }} as findings
    left join {{ ref('finding_kinds') }} as kinds on findings.finding = kinds.finding
    where
        findings.inspected_on <= {{ as_of('valid_on') }}
        and {{ add_months('findings.inspected_on', policy_int('finding.valid_months')) }} > {{ as_of('valid_on') }}
    qualify row_number() over (partition by findings.record_key order by findings.version_no desc) = 1
),

listed as (
    select
        'base_list' as feed,
        record_key,
        true as is_listed
    from {{ ref('int_frozen_list') }}
),

told as (
    select
        feed,
        record_key,
        is_cover,
        null::bigint as staff_count,
        null::boolean as is_out_of_base,
        null::boolean as is_listed
    from hosts
    union all by name
    select * from lines
    union all by name
    select * from tax
    union all by name
    select * from hr
    union all by name
    select * from findings
    union all by name
    select * from listed
),

final as (
    select
        feed,
        record_key,
        coalesce(bool_or(is_cover), false) as is_cover,
        max(staff_count) as staff_count,
        coalesce(bool_or(is_out_of_base), false) as is_out_of_base,
        coalesce(bool_or(is_listed), false) as is_listed
    from told
    group by feed, record_key
)

select * from final
