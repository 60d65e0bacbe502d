with source as (
    {{ in_force('congress_activities') }}
),

renamed as (
    select
        record_key,
        congress,
        {{ union_key('union_no') }} as union_id,
        {{ said('kind') }} as kind,
        {{ usable_date('held_on') }} as held_on,
        if(participants > 0, participants, null) as participants
    from source
)

select * from renamed
