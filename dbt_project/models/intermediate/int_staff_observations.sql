-- Every usable head count with the days on which it may be used: from the day it speaks of (never
-- earlier than its record) until it is older than its source's limit. Only days the release shows.
with source_order as (
    select
        unnest(string_split({{ policy('staff.source_order') }}, '|')) as staff_source,
        generate_subscripts(string_split({{ policy('staff.source_order') }}, '|'), 1) as precedence
),

tax as (
    select
        enterprise_id,
        'tax' as staff_source,
        period_ends_on as staff_as_of,
        max(staff_count) as staff_count,
        greatest(valid_from, period_ends_on) as usable_from,
        least(
            valid_to, {{ expires_on('period_ends_on', policy_int('staff.max_age_months.tax')) }}
        ) as usable_to
    from {{ ref('int_tax_rows') }}
    where staff_count is not null
    group by all
),

hr as (
    select
        enterprise_id,
        'hr' as staff_source,
        month_starts_on as staff_as_of,
        staff_count,
        valid_from as usable_from,
        valid_to as usable_to
    from {{ ref('int_hr_staff') }}
),

-- A content still asserted is as old as its last assertion, not as its first.
commerce as (
    select
        enterprise_id,
        'commerce' as staff_source,
        if(
            valid_to > {{ as_of('valid_on') }},
            least(greatest(asserted_on, last_seen_on), {{ as_of('valid_on') }}),
            asserted_on
        ) as staff_as_of,
        {{ usable_count('employed_count') }} as staff_count,
        greatest(valid_from, asserted_on) as usable_from,
        least(
            valid_to,
            {{ expires_on('greatest(asserted_on, last_seen_on)', policy_int('staff.max_age_months.commerce')) }}
        ) as usable_to
    from {{ ref('int_enterprise_versions') }}
    where {{ usable_count('employed_count') }} is not null
),

union_register as (
    select
        enterprise_id,
        'union' as staff_source,
        staff_as_of,
        staff_count,
        valid_from as usable_from,
        valid_to as usable_to
    from {{ ref('int_union_staff') }}
),

observations as (
    select * from tax
    union all by name
    select * from hr
    union all by name
    select * from commerce
    union all by name
    select * from union_register
),

final as (
    select
        observations.enterprise_id,
        observations.staff_source,
        observations.staff_as_of,
        observations.staff_count,
        source_order.precedence,
        greatest(observations.usable_from, {{ as_of('daily_from') }} - 1) as valid_from,
        least(observations.usable_to, {{ as_of('until_on') }}) as valid_to
    from observations
    inner join source_order on observations.staff_source = source_order.staff_source
)

select * from final
where valid_from < valid_to
