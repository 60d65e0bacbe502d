with versions as (
    select * from {{ ref('int_enterprise_versions') }}
),

final as (
    {{ status_spells('versions', 'enterprise_id', 'active') }}
)

select * from final
