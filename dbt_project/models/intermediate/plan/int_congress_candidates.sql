-- Every candidate nominated by valid_on with the stage it has come to and the opening of its congress.
with candidates as (
    select
        record_key,
        congress,
        body,
        electing_union_id,
        electing_unit,
        occupation,
        unit_type,
        sex,
        ethnicity,
        party,
        age_band,
        honour,
        nominated_on,
        party_opinion,
        party_opinion_on,
        vetting,
        vetted_on,
        is_elected,
        elected_on,
        review,
        reviewed_on,
        withdrawn_on,
        delivery_id,
        line
    from {{ ref('stg_congress_candidates') }}
    where coalesce(nominated_on <= {{ as_of('valid_on') }}, true)
),

openings as (
    select
        congress,
        min(held_on) as opened_on
    from {{ ref('stg_congress_activities') }}
    where kind = '大会召开' and held_on <= {{ as_of('valid_on') }}
    group by congress
),

final as (
    select
        candidates.*,
        openings.opened_on,
        case
            when candidates.withdrawn_on <= {{ as_of('valid_on') }} then 'withdrawn'
            when coalesce(candidates.elected_on > {{ as_of('valid_on') }}, false) then 'nominated'
            when candidates.is_elected = '是' then 'elected'
            when candidates.is_elected = '否' then 'not_elected'
            else 'nominated'
        end as stage
    from candidates
    left join openings on candidates.congress = openings.congress
)

select * from final
