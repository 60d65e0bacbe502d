with source as (
    select * from {{ source('input', 'link_candidates') }}
),

renamed as (
    select
        feed,
        record_key,
        -- Names and addresses sometimes carry somebody's number; they are published.
        {{ masked('record_name') }} as record_name,
        {{ masked('record_address') }} as record_address,
        enterprise_id,
        {{ masked('enterprise_name') }} as enterprise_name,
        {{ masked('enterprise_address') }} as enterprise_address,
        rank,
        probability,
        decision,
        {{ masked('evidence') }} as evidence
    from source
)

select * from renamed
