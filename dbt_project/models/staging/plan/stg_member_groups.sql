with source as (
    {{ in_force('member_groups') }}
),

renamed as (
    select
        record_key,
        {{ union_key('union_no') }} as union_id,
        group_name,
        member_count,
        worker_count,
        counted_on
    from source
)

select * from renamed
