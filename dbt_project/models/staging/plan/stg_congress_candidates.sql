with source as (
    {{ in_force('congress_candidates') }}
),

renamed as (
    select
        record_key,
        congress,
        {{ said('body') }} as body,
        {{ union_key('electing_union_no') }} as electing_union_id,
        electing_unit,
        occupation,
        unit_type,
        {{ said('sex') }} as sex,
        {{ said('ethnicity') }} as ethnicity,
        {{ said('party') }} as party,
        {{ said('age_band') }} as age_band,
        {{ said('honour') }} as honour,
        {{ usable_date('nominated_on') }} as nominated_on,
        {{ said('party_opinion') }} as party_opinion,
        {{ usable_date('party_opinion_on') }} as party_opinion_on,
        {{ said('vetting') }} as vetting,
        {{ usable_date('vetted_on') }} as vetted_on,
        {{ said('is_elected') }} as is_elected,
        {{ usable_date('elected_on') }} as elected_on,
        {{ said('review') }} as review,
        {{ usable_date('reviewed_on') }} as reviewed_on,
        {{ usable_date('withdrawn_on') }} as withdrawn_on,
        delivery_id,
        line
    from source
)

select * from renamed
