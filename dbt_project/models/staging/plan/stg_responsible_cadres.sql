with source as (
    {{ in_force('responsible_cadres') }}
),

renamed as (
    select
        record_key,
        {{ canonical_code('enterprise_id') }} as enterprise_id,
        {{ canonical_code('uscc_raw') }} as commerce_key,
        {{ union_key('union_no') }} as union_id,
        {{ said('person_no') }} as person_key,
        {{ usable_date('started_on') }} as started_on,
        {{ usable_date('ended_on') }} as ended_on,
        delivery_id,
        line
    from source
)

select * from renamed
