-- What was last seen at an enterprise, in force or not; shown beside the gap, decides nothing.
with findings as (
    select * from {{ ref('stg_verifications') }}
    where inspected_on <= {{ as_of('valid_on') }} and finding is not null
    qualify row_number() over (partition by record_key order by version_no desc) = 1
),

links as (
    select * from {{ ref('stg_links') }}
    where
        feed = 'verifications'
        and valid_from <= {{ as_of('valid_on') }}
        and valid_to > {{ as_of('valid_on') }}
),

final as (
    select
        links.enterprise_id,
        findings.finding,
        findings.inspected_on,
        findings.reason
    from findings
    inner join links on findings.record_key = links.record_key
    qualify row_number() over (
        partition by links.enterprise_id
        order by
            findings.inspected_on desc,
            findings.recorded_at desc,
            findings.asserted_seq desc,
            findings.line desc,
            findings.record_key desc
    ) = 1
)

select * from final
