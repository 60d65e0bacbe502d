with source as (
    {{ in_force('term_inspections') }}
),

renamed as (
    select
        record_key,
        {{ union_key('union_no') }} as union_id,
        name,
        inspected_on,
        nullif(result, '') as result,
        rectify_by,
        closed_on,
        delivery_id,
        line
    from source
)

select * from renamed
