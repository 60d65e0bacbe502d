with source as (
    select * from {{ source('input', 'records_congress_activities') }}
),

renamed as (
    select
        record_key,
        congress,
        {{ canonical_code('union_no') }} as union_id,
        {{ said('kind') }} as kind,
        {{ usable_date('held_on') }} as held_on,
        if(participants > 0, participants, null) as participants
    from source
    where {{ holds_on_valid_on('source') }}
)

select * from renamed
