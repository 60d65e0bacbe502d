with enterprises as (
    select * from {{ ref('int_enterprises') }}
    where in_scope and is_recorded
),

months as (
    select
        {{ add_months(
            "cast(date_trunc('month', " ~ as_of('valid_on') ~ ") as date)",
            '-' ~ policy_int('fee.preparatory.recent_periods'),
        ) }} as after_on,
        {{ is_received('tax') }} as is_tax_received,
        {{ is_received('work_safety') }} as is_safety_received
),

paid as (
    select
        tax.enterprise_id,
        max(tax.period_starts_on) filter (tax.is_union_fee) as last_fee_period_on,
        sum(cast(tax.amount_paid as decimal(18, 2))) filter (tax.is_union_fee) as fee_amount,
        max(tax.period_starts_on) filter (tax.is_preparatory_fee) as last_preparatory_period_on,
        sum(cast(tax.amount_paid as decimal(18, 2))) filter (tax.is_preparatory_fee) as preparatory_amount
    from {{ ref('int_tax_rows') }} as tax
    cross join months
    where
        tax.valid_from <= {{ as_of('valid_on') }}
        and tax.valid_to > {{ as_of('valid_on') }}
        and tax.period_starts_on <= {{ as_of('valid_on') }}
        and tax.period_starts_on > months.after_on
        and tax.amount_paid > 0
        and (tax.is_union_fee or tax.is_preparatory_fee)
    group by tax.enterprise_id
),

-- Of several units of the office at one enterprise the last inspected, then by key.
safety as (
    select
        links.enterprise_id,
        records.inspected_on,
        {{ usable_count('records.worker_count') }} as worker_count
    from {{ ref('stg_work_safety') }} as records
    inner join {{ ref('stg_links') }} as links
        on links.feed = 'work_safety' and records.record_key = links.record_key
    where
        records.valid_from <= {{ as_of('valid_on') }}
        and records.valid_to > {{ as_of('valid_on') }}
        and links.valid_from <= {{ as_of('valid_on') }}
        and links.valid_to > {{ as_of('valid_on') }}
        and (records.inspected_on is null or records.inspected_on <= {{ as_of('valid_on') }})
    qualify row_number() over (
        partition by links.enterprise_id order by records.inspected_on desc nulls last, records.record_key asc
    ) = 1
),

findings as (
    select * from {{ ref('int_last_findings') }}
),

joined as (
    select
        enterprises.enterprise_id,
        enterprises.district_code,
        enterprises.managing_area,
        enterprises.in_base_live,
        enterprises.is_covered,
        enterprises.covered_since,
        if(months.is_tax_received, paid.last_fee_period_on is not null, null) as is_fee_payer,
        paid.last_fee_period_on,
        cast(paid.fee_amount as double) as fee_amount,
        if(months.is_tax_received, paid.last_preparatory_period_on is not null, null) as is_preparatory_fee_payer,
        paid.last_preparatory_period_on,
        cast(paid.preparatory_amount as double) as preparatory_amount,
        case
            when enterprises.is_covered and paid.last_preparatory_period_on > enterprises.covered_since
                then 'preparatory_with_union'
            when
                enterprises.in_base_live
                and not enterprises.is_covered
                and paid.last_fee_period_on is not null
                -- Dues of the days on which it was still covered are no conflict.
                and coalesce(enterprises.last_covered_to, date '0001-01-01') <= paid.last_fee_period_on
                then 'fee_without_union'
        end as fee_conflict,
        safety.inspected_on as safety_inspected_on,
        cast(safety.worker_count as bigint) as safety_worker_count,
        case
            when enterprises.finding = '事实不存在' and safety.inspected_on > findings.inspected_on
                then 'inspected_after_found_nonexistent'
        end as safety_conflict,
        findings.inspected_on as finding_on
    from enterprises
    left join paid on enterprises.enterprise_id = paid.enterprise_id
    left join safety on enterprises.enterprise_id = safety.enterprise_id
    left join findings on enterprises.enterprise_id = findings.enterprise_id
    cross join months
    where paid.enterprise_id is not null or safety.enterprise_id is not null
),

final as (
    select
        * exclude (finding_on),
        concat_ws(
            '；',
            '税务：' || strftime(last_fee_period_on, '%Y-%m') || '所属期缴工会经费',
            '税务：' || strftime(last_preparatory_period_on, '%Y-%m') || '所属期缴建会筹备金',
            '安监：' || safety_inspected_on || '检查',
            case
                when is_covered then '工会登记：自' || covered_since || '有覆盖'
                when not is_covered then '工会登记：没有覆盖它的工会'
            end,
            case when safety_conflict is not null then '排查：' || finding_on || '认定事实不存在' end
        ) as evidence
    from joined
)

select * from final
order by enterprise_id
