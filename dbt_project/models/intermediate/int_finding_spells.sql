-- Append-only: of one record key the later recorded row counts, whenever it was recorded.
with findings as (
    select * from {{ ref('stg_verifications') }}
    where inspected_on is not null and finding is not null
    qualify row_number() over (partition by record_key order by version_no desc) = 1
),

links as (
    select * from {{ ref('stg_links') }}
    where feed = 'verifications'
),

attached as (
    select
        links.enterprise_id,
        findings.record_key,
        findings.finding,
        findings.inspected_on,
        findings.recorded_at,
        findings.asserted_seq,
        findings.line,
        greatest(findings.inspected_on, links.valid_from) as valid_from,
        least({{ add_months('findings.inspected_on', policy_int('finding.valid_months')) }}, links.valid_to) as valid_to
    from findings
    inner join links on findings.record_key = links.record_key
),

holding as (
    select * from attached
    where valid_from < valid_to and valid_from < {{ as_of('until_on') }}
),

final as (
    {{ best_spells(
        'holding',
        'enterprise_id',
        ['finding', 'inspected_on', 'record_key'],
        'inspected_on desc, recorded_at desc, asserted_seq desc, line desc, record_key desc',
        upper=as_of('until_on'),
    ) }}
)

select * from final
