with candidates as (
    select * from {{ ref('int_congress_candidates') }}
),

unions as (
    select * from {{ ref('int_unions') }}
),

-- The three gates in one form: an answer, its day, the day by which it is needed, whether that has come.
gates as (
    select
        record_key,
        1 as gate_no,
        'opinion' as gate,
        stage in ('nominated', 'elected')
        and coalesce(list_contains({{ policy_list('congress.opinion.bodies') }}, body), false) as is_required,
        case party_opinion when '同意' then true when '不同意' then false end as answer,
        party_opinion_on as answered_on,
        elected_on as needed_by,
        stage = 'elected' as is_final
    from candidates
    union all
    select
        record_key,
        2,
        'vetting',
        stage in ('nominated', 'elected')
        and coalesce(list_contains({{ policy_list('congress.vetting.bodies') }}, body), false),
        case vetting when '合格' then true when '不合格' then false end,
        vetted_on,
        elected_on,
        stage = 'elected'
    from candidates
    union all
    select
        record_key,
        3,
        'review',
        stage in ('nominated', 'elected')
        and coalesce(list_contains({{ policy_list('congress.review.bodies') }}, body), false),
        case review when '合格' then true when '不合格' then false end,
        reviewed_on,
        opened_on,
        stage = 'elected' and opened_on is not null
    from candidates
),

-- What is dated after valid_on has not been said yet.
answered as (
    select
        * replace (if(answered_on > {{ as_of('valid_on') }}, null, answer) as answer)
    from gates
),

judged as (
    select
        record_key,
        gate_no,
        gate,
        case
            when not is_required then 'not_required'
            when is_final and (answer is null or not answer) then 'breach'
            when is_final and (answered_on is null or needed_by is null) then 'not_judged'
            when is_final and answered_on > needed_by then 'breach'
            when answer is null then 'pending'
            when answer then 'met'
            else 'refused'
        end as gate_status,
        case
            when answer is null then 'missing'
            when not answer then 'refused'
            when answered_on is null or needed_by is null then 'no_date'
            else 'late'
        end as why
    from answered
),

gathered as (
    select
        record_key,
        max(gate_status) filter (gate = 'opinion') as opinion_status,
        max(gate_status) filter (gate = 'vetting') as vetting_status,
        max(gate_status) filter (gate = 'review') as review_status,
        arg_min(gate || '_' || why, gate_no) filter (gate_status in ('breach', 'not_judged')) as reason,
        bool_or(gate_status = 'breach') as is_breach
    from judged
    group by record_key
),

final as (
    select
        {{ surrogate('candidates.record_key') }} as candidate_id,
        candidates.congress,
        candidates.body,
        candidates.electing_union_id,
        candidates.electing_unit,
        unions.district_code,
        candidates.nominated_on,
        candidates.party_opinion_on,
        candidates.vetted_on,
        candidates.elected_on,
        candidates.reviewed_on,
        candidates.withdrawn_on,
        candidates.stage,
        gathered.opinion_status,
        gathered.vetting_status,
        gathered.review_status,
        gathered.reason,
        gathered.is_breach,
        candidates.delivery_id as source_delivery_id,
        cast(candidates.line as bigint) as source_line
    from candidates
    inner join gathered on candidates.record_key = gathered.record_key
    left join unions on candidates.electing_union_id = unions.union_id
)

select * from final
order by candidate_id
