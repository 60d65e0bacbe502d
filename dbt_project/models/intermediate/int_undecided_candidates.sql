-- The uncertain candidates of undecided records with the probability of being the one, as told before any
-- review: by their score, never beyond the rate told of such records; not scored, they share that rate.
with undecided as (
    select * from {{ ref('int_undecided_records') }}
),

candidates as (
    select * from {{ ref('stg_link_candidates') }}
    where decision = 'uncertain'
),

unmatched as (
    select * from {{ ref('link_error_rates') }}
    where tier = 'unmatched'
),

final as (
    select
        candidates.feed,
        candidates.record_key,
        candidates.enterprise_id,
        undecided.is_cover,
        {{ exactly("least(unmatched.error_rate, coalesce(probability, unmatched.error_rate / n_candidates))") }}
            as probability
    from candidates
    inner join undecided on candidates.feed = undecided.feed and candidates.record_key = undecided.record_key
    cross join unmatched
)

select * from final
