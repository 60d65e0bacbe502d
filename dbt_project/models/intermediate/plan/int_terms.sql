-- The last term of each union that a founding or a re-election began, and the last request to extend it.
with elections as (
    select
        *,
        max(if(elected_on <= {{ as_of('valid_on') }}, term_no, null)) over (partition by union_id) as last_dated_term
    from {{ ref('stg_union_elections') }}
    where kind in ('组建', '换届')
),

-- Of several the latest by day, then by number of the term, then by record. One that has no day stands behind
-- those that have one, unless its term is a later one: then nobody knows when the present term began.
latest as (
    select * from elections
    where elected_on is null or elected_on <= {{ as_of('valid_on') }}
    qualify row_number() over (
        partition by union_id
        order by
            elected_on is null and coalesce(term_no > last_dated_term, false) desc,
            elected_on desc nulls last,
            term_no desc nulls last,
            record_key desc
    ) = 1
),

previous as (
    select
        latest.union_id,
        max(elections.elected_on) as elected_on
    from latest
    inner join elections on latest.union_id = elections.union_id and elections.elected_on < latest.elected_on
    group by latest.union_id
),

reelected as (
    select
        union_id,
        min(elected_on) as reelected_on
    from elections
    where
        kind = '换届'
        and elected_on between {{ as_of('plan_year_starts_on') }} and {{ as_of('valid_on') }}
    group by union_id
),

terms as (
    select
        latest.union_id,
        latest.record_key as election_no,
        latest.elected_on,
        latest.term_no,
        if(latest.term_years > 0, latest.term_years, null) as term_years,
        latest.chair_rank,
        previous.elected_on as previous_elected_on,
        {{ add_months('latest.elected_on', '12 * if(latest.term_years > 0, latest.term_years, null)') }} as term_ends_on
    from latest
    left join previous on latest.union_id = previous.union_id
),

unions as (
    select * from {{ ref('int_unions') }}
),

-- Requests made since the term began count for it.
requests as (
    select
        extensions.*,
        terms.term_ends_on,
        unions.kind as union_kind,
        unions.parent_union_id
    from {{ ref('stg_term_extensions') }} as extensions
    inner join terms on extensions.union_id = terms.union_id
    left join unions on extensions.union_id = unions.union_id
    where
        coalesce(extensions.approved_on, extensions.proposed_on, terms.elected_on) >= terms.elected_on
        and coalesce(extensions.approved_on, extensions.proposed_on, terms.elected_on) <= {{ as_of('valid_on') }}
    qualify row_number() over (
        partition by extensions.union_id
        order by coalesce(extensions.approved_on, extensions.proposed_on) desc nulls last, extensions.record_key desc
    ) = 1
),

caps as (
    select * from {{ ref('election_rules') }}
    where check_code = 'extension_months'
),

found as (
    select
        requests.*,
        coalesce(requests.proposer = {{ policy('extension.proposer') }}, false) as is_proposer_right,
        coalesce(requests.approver_union_id = requests.parent_union_id, false) as is_approver_right,
        coalesce(
            requests.extended_to > {{ add_months('requests.term_ends_on', 'caps.limit_num') }}, false
        ) as is_over_cap
    from requests
    left join caps
        on
            list_contains(string_split(caps.union_kinds, '|'), requests.union_kind)
            and requests.approved_on >= caps.effective_from
            and (caps.effective_to is null or requests.approved_on <= caps.effective_to)
),

extensions as (
    select
        union_id,
        record_key as extension_no,
        extended_to,
        case
            when decision = '不同意' then 'refused'
            when coalesce(decision, '') <> '同意' then 'pending'
            when
                is_proposer_right and is_approver_right and approved_on is not null and extended_to is not null
                then 'approved'
            else 'irregular'
        end as extension_state,
        {{ joined([
            "if(decision = '同意' and not is_proposer_right, 'proposer', null)",
            "if(decision = '同意' and not is_approver_right, 'approver', null)",
            "if(decision = '同意' and approved_on is null, 'approval_date', null)",
            "if(decision = '同意' and extended_to is null, 'extended_to', null)",
            "if(decision = '同意' and is_over_cap, 'over_cap', null)",
        ]) }} as extension_findings
    from found
),

final as (
    select
        unions.union_id,
        terms.election_no,
        terms.elected_on,
        terms.previous_elected_on,
        terms.term_no,
        terms.term_years,
        terms.chair_rank,
        terms.term_ends_on,
        extensions.extension_no,
        coalesce(extensions.extension_state, 'none') as extension_state,
        extensions.extension_findings,
        if(extensions.extension_state = 'approved', extensions.extended_to, null) as extended_to,
        if(
            extensions.extension_state = 'approved' and terms.term_ends_on is not null,
            greatest(terms.term_ends_on, extensions.extended_to),
            terms.term_ends_on
        ) as due_on,
        reelected.reelected_on
    from unions
    left join terms on unions.union_id = terms.union_id
    left join extensions on unions.union_id = extensions.union_id
    left join reelected on unions.union_id = reelected.union_id
    where unions.is_normal
)

select * from final
