with spells as (
    select * from {{ ref('int_staff_spells') }}
),

final as (
    select
        enterprise_id,
        valid_from,
        valid_to,
        staff_count,
        staff_source,
        staff_as_of
    from spells
)

select * from final
order by enterprise_id, valid_from
