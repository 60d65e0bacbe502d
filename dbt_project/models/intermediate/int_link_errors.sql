-- Links in force on valid_on with the probability that they are false, as told before any review: of a scored
-- link what its own probability leaves open, of any other the rate of its tier.
with links as (
    select * from {{ ref('stg_links') }}
    where valid_from <= {{ as_of('valid_on') }} and valid_to > {{ as_of('valid_on') }}
),

tiers as (
    select * from {{ ref('link_error_rates') }}
    where kind = 'false'
),

final as (
    select
        links.feed,
        links.record_key,
        links.enterprise_id,
        links.link_basis as tier,
        {{ exactly("if(tiers.is_scored, greatest(1 - links.link_confidence, tiers.error_rate), tiers.error_rate)") }}
            as error_rate
    from links
    left join tiers on links.link_basis = tiers.tier
)

select * from final
