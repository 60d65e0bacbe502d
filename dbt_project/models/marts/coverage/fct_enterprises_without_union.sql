with gaps as (
    select * from {{ ref('int_enterprises') }}
    where is_gap
),

tax as (
    select * from {{ ref('int_tax_evidence') }}
),

findings as (
    select * from {{ ref('int_last_findings') }}
),

territorial as (
    select * from {{ ref('int_territorial_unions') }}
),

previous_list as (
    select distinct enterprise_id from {{ source('input', 'previous_gap') }}
),

joined as (
    select
        gaps.*,
        if({{ is_received('tax') }}, coalesce(tax.is_preparatory_fee_payer, false), null) as preparatory_fee_payer,
        tax.last_period_on,
        findings.finding as last_finding,
        findings.inspected_on as last_finding_on,
        findings.reason as last_finding_reason,
        coalesce(of_street.union_id, of_zone.union_id, of_district.union_id) as responsible_union_id,
        previous_list.enterprise_id is null as is_new
    from gaps
    left join tax on gaps.enterprise_id = tax.enterprise_id
    left join findings on gaps.enterprise_id = findings.enterprise_id
    left join territorial as of_street
        on of_street.territory = 'street' and gaps.street_code = of_street.territory_code
    left join territorial as of_zone
        on of_zone.territory = 'zone' and gaps.managing_area = of_zone.territory_code
    left join territorial as of_district
        on of_district.territory = 'district' and gaps.district_code = of_district.territory_code
    left join previous_list on gaps.enterprise_id = previous_list.enterprise_id
),

final as (
    select
        row_number() over (
            order by is_overdue desc, staff_count desc nulls last, gap_since asc, enterprise_id asc
        ) as rank,
        enterprise_id,
        uscc,
        name,
        district_code,
        managing_area,
        street_code,
        coalesce(business_address, address) as address,
        staff_count,
        staff_source,
        staff_as_of,
        gap_since,
        due_on,
        is_overdue,
        if(is_overdue, {{ as_of('valid_on') }} - greatest(gap_since, due_on), null) as days_overdue,
        recommended_form,
        concat(
            '工商登记',
            case status_basis when 'assumed' then '无状态（推定存续）' else '“' || status || '”' end,
            '，最近见于', last_seen_on, '的文件',
            if(is_absent, '（最新全量文件中已无此户）', ''),
            coalesce('；税务最近所属期' || strftime(last_period_on, '%Y-%m'), ''),
            case staff_source
                when 'tax' then '，申报职工' || staff_count || '人'
                when 'hr' then '；人社' || strftime(staff_as_of, '%Y-%m') || '参保' || staff_count || '人'
                when 'commerce' then '；工商从业人数' || staff_count || '人'
                when 'union' then '；工会登记职工' || staff_count || '人'
                else '；职工人数未知'
            end,
            if(preparatory_fee_payer, '；近期缴纳过建会筹备金', ''),
            coalesce('；' || last_finding_on || '排查：' || last_finding, ''),
            coalesce(
                '；曾被工会覆盖至' || (last_covered_to - 1),
                '；工会登记中没有它的单独工会，也没有覆盖它的联合工会或联合会'
            )
        ) as evidence,
        preparatory_fee_payer,
        last_finding,
        last_finding_on,
        last_finding_reason,
        has_claim,
        responsible_union_id,
        is_new,
        is_absent,
        delivery_id as source_delivery_id,
        cast(line as bigint) as source_line
    from joined
)

select * from final
order by rank
