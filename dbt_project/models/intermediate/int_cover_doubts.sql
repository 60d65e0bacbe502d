-- For each enterprise, and listed firm that matches nothing, the probability that what is published of its cover
-- is wrong because of a link: of a covered one that none of the links its cover rests on is true, of an uncovered
-- one that an undecided record covers it in truth.
with enterprises as (
    select * from {{ ref('int_enterprises') }}
    where is_covered is not null
),

tiers as (
    select * from {{ ref('int_link_tiers') }}
),

undecided as (
    select * from {{ ref('int_undecided_records') }}
),

candidates as (
    select * from {{ ref('int_undecided_candidates') }}
),

pieces as (
    select distinct
        enterprise_id,
        record_key,
        if(via = 'host', 'union_organisations', 'union_coverage') as feed
    from {{ ref('int_cover_pieces') }}
    where valid_from <= {{ as_of('valid_on') }} and valid_to > {{ as_of('valid_on') }}
),

cover_links as (
    select
        pieces.enterprise_id,
        pieces.feed,
        pieces.record_key,
        errors.tier,
        least(1, errors.error_rate * tiers.factor) as error_rate
    from pieces
    inner join {{ ref('int_link_errors') }} as errors
        on
            pieces.feed = errors.feed
            and pieces.record_key = errors.record_key
            and pieces.enterprise_id = errors.enterprise_id
    inner join tiers on errors.tier = tiers.tier
),

-- The doubt is laid to the surest of its links: the others make it small.
false_cover as (
    select
        enterprise_id as member_key,
        first(tier order by error_rate, feed, record_key) as tier,
        product(error_rate order by feed, record_key) as p_wrong
    from cover_links
    group by enterprise_id
),

missed_by_candidates as (
    select
        enterprises.enterprise_id as member_key,
        'unmatched' as tier,
        1 - product(
            1 - least(1, candidates.probability * tiers.factor)
            order by candidates.feed, candidates.record_key
        ) as p_wrong
    from candidates
    inner join enterprises on candidates.enterprise_id = enterprises.enterprise_id
    inner join tiers on tiers.tier = 'unmatched'
    where candidates.is_cover and not enterprises.is_covered
    group by enterprises.enterprise_id
),

-- Covering records of which nobody knows the enterprise: those without a candidate, and those that a false link
-- keeps from theirs.
lost_records as (
    select
        'no_candidates' as tier,
        count(*) as n
    from undecided
    where is_cover and n_candidates = 0
    union all
    select
        'displaced' as tier,
        coalesce(sum({{ exactly('error_rate') }}), 0) as n
    from cover_links
),

-- Their enterprises are, by size class and by whether a union is due, like those that have one; within such a
-- class each uncovered one of the live base is as likely as the next to be theirs.
classes as (
    select
        size_code,
        in_base_due,
        count(*) filter (is_covered) / sum(count(*) filter (is_covered)) over () as share_of_covered,
        count(*) filter (not is_covered) as n_uncovered
    from enterprises
    where in_base_live
    group by size_code, in_base_due
),

lost_cover as (
    select
        tiers.tier,
        classes.size_code,
        classes.in_base_due,
        lost_records.n * tiers.error_rate * classes.share_of_covered / classes.n_uncovered as p_wrong
    from lost_records
    inner join tiers on lost_records.tier = tiers.tier
    cross join classes
    where lost_records.n > 0 and classes.share_of_covered > 0 and classes.n_uncovered > 0
),

missed_by_search as (
    select
        enterprises.enterprise_id as member_key,
        lost_cover.tier,
        lost_cover.p_wrong
    from enterprises
    inner join lost_cover
        on
            enterprises.size_code = lost_cover.size_code
            and enterprises.in_base_due = lost_cover.in_base_due
    where not enterprises.is_covered and (enterprises.in_base_live or enterprises.in_base_frozen)
),

listed as (
    select record_key
    from {{ ref('int_frozen_list') }}
    where enterprise_id is null
),

listed_with_candidates as (
    select
        listed.record_key as member_key,
        'unmatched' as tier,
        sum({{ exactly('if(enterprises.is_covered, candidates.probability * tiers.factor, 0)') }}) as p_wrong
    from listed
    inner join candidates on candidates.feed = 'base_list' and listed.record_key = candidates.record_key
    inner join enterprises on candidates.enterprise_id = enterprises.enterprise_id
    inner join tiers on tiers.tier = 'unmatched'
    group by listed.record_key
),

live as (
    select count(*) filter (is_covered) / count(*) as share_covered
    from enterprises
    where in_base_live
    having count(*) > 0
),

listed_without as (
    select
        listed.record_key as member_key,
        tiers.tier,
        tiers.error_rate * live.share_covered as p_wrong
    from listed
    inner join undecided on undecided.feed = 'base_list' and listed.record_key = undecided.record_key
    inner join tiers on tiers.tier = 'no_candidates'
    cross join live
    where undecided.n_candidates = 0
),

doubts as (
    select * from false_cover
    union all
    select * from missed_by_candidates
    union all
    select * from missed_by_search
    union all
    select * from listed_with_candidates
    union all
    select * from listed_without
),

final as (
    select
        member_key,
        tier,
        {{ exactly('least(1, p_wrong)') }} as p_wrong
    from doubts
)

select * from final
