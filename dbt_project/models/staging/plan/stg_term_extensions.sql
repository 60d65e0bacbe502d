with source as (
    {{ in_force('term_extensions') }}
),

renamed as (
    select
        record_key,
        {{ union_key('union_no') }} as union_id,
        name,
        term_no,
        nullif(proposer, '') as proposer,
        proposed_on,
        {{ union_key('approver_union_no') }} as approver_union_id,
        nullif(decision, '') as decision,
        approved_on,
        extended_to,
        delivery_id,
        line
    from source
)

select * from renamed
