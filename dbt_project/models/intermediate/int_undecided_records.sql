-- Records in force on valid_on that attach to none and on which no person has spoken.
with unmatched as (
    select * from {{ ref('stg_unmatched') }}
    where
        valid_from <= {{ as_of('valid_on') }}
        and valid_to > {{ as_of('valid_on') }}
        and reason not in ('judged_different', 'judged_none')
),

candidates as (
    select
        feed,
        record_key,
        count(*) as n_candidates
    from {{ ref('stg_link_candidates') }}
    where decision = 'uncertain'
    group by feed, record_key
),

effects as (
    select * from {{ ref('int_record_effects') }}
),

final as (
    select
        unmatched.feed,
        unmatched.record_key,
        coalesce(effects.is_cover, false) as is_cover,
        coalesce(candidates.n_candidates, 0) as n_candidates
    from unmatched
    left join candidates on unmatched.feed = candidates.feed and unmatched.record_key = candidates.record_key
    left join effects on unmatched.feed = effects.feed and unmatched.record_key = effects.record_key
)

select * from final
