with superseded as (
    select * from {{ ref('stg_superseded_enterprises') }}
),

final as (
    select
        enterprise_id,
        superseded_by,
        basis
    from superseded
)

select * from final
order by enterprise_id
