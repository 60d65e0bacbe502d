with versions as (
    select * from {{ ref('int_union_versions') }}
),

final as (
    {{ status_spells('versions', 'union_id', 'normal') }}
)

select * from final
