-- What the tax office knows of an enterprise on valid_on: its newest period, and whether it paid the
-- preparatory fee in one of the last periods.
with rows_in_force as (
    select * from {{ ref('int_tax_rows') }}
    where
        valid_from <= {{ as_of('valid_on') }}
        and valid_to > {{ as_of('valid_on') }}
        and period_starts_on <= {{ as_of('valid_on') }}
),

final as (
    select
        enterprise_id,
        max(period_starts_on) as last_period_on,
        coalesce(
            bool_or(
                is_preparatory_fee
                and amount_paid > 0
                and period_starts_on > {{ add_months(
                    "cast(date_trunc('month', " ~ as_of('valid_on') ~ ") as date)",
                    '-' ~ policy_int('fee.preparatory.recent_periods'),
                ) }}
            ),
            false
        ) as is_preparatory_fee_payer
    from rows_in_force
    group by enterprise_id
)

select * from final
