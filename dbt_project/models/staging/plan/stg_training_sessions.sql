with source as (
    {{ in_force('training_sessions') }}
),

renamed as (
    select
        record_key as session_id,
        session_name,
        {{ said('kind') }} as kind,
        topics,
        {{ said('channel') }} as channel,
        {{ said('level') }} as level,
        {{ said('place') }} as place,
        {{ usable_date('started_on') }} as started_on,
        coalesce({{ usable_date('ended_on') }}, {{ usable_date('started_on') }}) as ended_on,
        hours
    from source
)

select * from renamed
