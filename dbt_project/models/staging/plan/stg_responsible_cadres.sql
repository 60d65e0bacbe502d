with source as (
    select * from {{ source('input', 'records_responsible_cadres') }}
),

renamed as (
    select
        record_key,
        {{ canonical_code('enterprise_id') }} as enterprise_id,
        {{ canonical_code('uscc_raw') }} as commerce_key,
        {{ canonical_code('union_no') }} as union_id,
        {{ said('person_no') }} as person_key,
        {{ usable_date('started_on') }} as started_on,
        {{ usable_date('ended_on') }} as ended_on,
        delivery_id,
        line
    from source
    where {{ holds_on_valid_on('source') }}
)

select * from renamed
