-- Insured persons of an enterprise, by spell: the newest month known, summed over the units that report it.
with counted as (
    select
        enterprise_id,
        record_key,
        month_starts_on,
        staff_count,
        greatest(valid_from, month_starts_on) as valid_from,
        least(
            valid_to, {{ expires_on('month_starts_on', policy_int('staff.max_age_months.hr')) }}
        ) as valid_to
    from {{ ref('int_hr_rows') }}
    where is_insured and staff_count is not null
),

pieces as (
    select * from counted
    where
        valid_from < valid_to
        and valid_to >= {{ as_of('daily_from') }}
        and valid_from < {{ as_of('until_on') }}
),

elementary as (
    {{ elementary_spells(
        ['pieces'], 'enterprise_id', upper=as_of('until_on'), lower=as_of('daily_from') ~ ' - 1'
    ) }}
),

final as (
    select
        elementary.enterprise_id,
        elementary.valid_from,
        elementary.valid_to,
        pieces.month_starts_on,
        cast(sum(pieces.staff_count) as bigint) as staff_count
    from elementary
    inner join pieces
        on
            elementary.enterprise_id = pieces.enterprise_id
            and pieces.valid_from <= elementary.valid_from
            and elementary.valid_from < pieces.valid_to
    group by elementary.enterprise_id, elementary.valid_from, elementary.valid_to, pieces.month_starts_on
    qualify row_number() over (
        partition by elementary.enterprise_id, elementary.valid_from order by pieces.month_starts_on desc
    ) = 1
)

select * from final
