with source as (
    {{ in_force('plan_milestones') }}
),

renamed as (
    select
        record_key,
        name,
        kind,
        {{ union_key('union_no') }} as union_id,
        planned_on,
        done_on,
        document_no,
        responsible_unit,
        delivery_id,
        line
    from source
)

select * from renamed
