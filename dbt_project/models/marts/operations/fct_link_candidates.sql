-- Pairs of a record and an enterprise that may be one, with what a "same" would change in the figures.
with candidates as (
    select * from {{ ref('stg_link_candidates') }}
),

records as (
    select * from {{ ref('int_records_in_force') }}
),

effects as (
    select * from {{ ref('int_record_effects') }}
),

enterprises as (
    select * from {{ ref('int_enterprises') }}
),

source_order as (
    select
        unnest(string_split({{ policy('staff.source_order') }}, '|')) as staff_source,
        generate_subscripts(string_split({{ policy('staff.source_order') }}, '|'), 1) as precedence
),

joined as (
    select
        candidates.feed,
        records.record_key_raw as record_key,
        candidates.record_name,
        candidates.record_address,
        candidates.enterprise_id,
        candidates.enterprise_name,
        candidates.enterprise_address,
        candidates.rank,
        candidates.probability,
        candidates.decision,
        candidates.evidence,
        enterprises.in_scope and enterprises.in_base_live as is_live,
        enterprises.in_scope and coalesce(enterprises.in_base_frozen, false) as is_frozen,
        coalesce(effects.is_cover and not enterprises.is_covered, false) as gains_cover,
        coalesce(effects.is_out_of_base, false) as is_out_of_base,
        coalesce(effects.is_listed, false) as is_listed,
        -- The record's head count speaks for the enterprise unless a better source does.
        coalesce(
            mine.precedence <= coalesce(theirs.precedence, mine.precedence)
            and (effects.staff_count >= {{ policy_int('union.own.min_staff') }}) <> enterprises.in_base_live_25,
            false
        ) as crosses_25
    from candidates
    inner join records on candidates.feed = records.feed and candidates.record_key = records.record_key
    inner join enterprises on candidates.enterprise_id = enterprises.enterprise_id
    left join effects on candidates.feed = effects.feed and candidates.record_key = effects.record_key
    left join source_order as mine on candidates.feed = mine.staff_source
    left join source_order as theirs on enterprises.staff_source = theirs.staff_source
),

final as (
    select
        feed,
        record_key,
        record_name,
        record_address,
        enterprise_id,
        enterprise_name,
        enterprise_address,
        cast(rank as bigint) as rank,
        cast(probability as double) as probability,
        decision,
        evidence,
        case
            when is_live and gains_cover then 'live_cover'
            when is_live and is_out_of_base then 'live_base'
            when (is_frozen and gains_cover) or is_listed then 'frozen'
            when is_live and crosses_25 then 'live_25'
            else 'other'
        end as effect
    from joined
)

select * from final
order by feed, record_key, enterprise_id
