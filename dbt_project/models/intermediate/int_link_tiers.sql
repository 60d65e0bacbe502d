-- How often each tier errs, as known at known_at: a Beta distribution whose prior is the rate told beforehand,
-- worth `weight` draws, updated by the pairs people judged that were drawn at random.
with told as (
    select * from {{ ref('link_error_rates') }}
),

reviews as (
    select * from {{ ref('stg_link_reviews') }}
),

undecided as (
    select
        feed,
        record_key,
        least(1, sum(probability)) as probability
    from {{ ref('int_undecided_candidates') }}
    group by feed, record_key
),

-- What the scores themselves predict of a tier, on average over what it holds today.
predicted as (
    select
        tier,
        avg(error_rate) as error_rate
    from {{ ref('int_link_errors') }}
    group by tier
    union all
    select
        'unmatched' as tier,
        avg({{ exactly('probability') }}) as error_rate
    from undecided
    having count(*) > 0
),

prior as (
    select
        told.tier,
        told.kind,
        told.weight,
        if(told.is_scored, coalesce(predicted.error_rate, told.error_rate), told.error_rate) as prior_rate,
        coalesce(reviews.n_judged, 0) as n_judged,
        -- Of a link the error is that it is none; of an unmatched record that it is one.
        coalesce(if(told.kind = 'false', reviews.n_judged - reviews.n_same, reviews.n_same), 0) as n_wrong
    from told
    left join predicted on told.tier = predicted.tier
    left join reviews on told.tier = reviews.basis
),

updated as (
    select
        *,
        (prior_rate * weight + n_wrong) / (weight + n_judged) as error_rate
    from prior
),

final as (
    select
        tier,
        kind,
        prior_rate,
        n_judged,
        n_wrong,
        error_rate,
        error_rate / prior_rate as factor,
        sqrt(error_rate * (1 - error_rate) / (weight + n_judged + 1)) / error_rate as relative_deviation
    from updated
)

select * from final
