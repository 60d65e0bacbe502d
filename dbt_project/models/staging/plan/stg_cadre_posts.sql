with source as (
    {{ in_force('cadre_posts') }}
),

renamed as (
    select
        record_key,
        split_part(record_key, '|', 1) as person_key,
        split_part(record_key, '|', 2) as union_id,
        union_name,
        {{ said('post') }} as post,
        case is_full_time when '是' then true when '否' then false end as is_full_time,
        {{ usable_date('appointed_on') }} as appointed_on,
        {{ usable_date('left_on') }} as left_on,
        delivery_id,
        line
    from source
)

select * from renamed
