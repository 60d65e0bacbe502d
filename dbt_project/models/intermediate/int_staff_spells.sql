-- The head count that stands on each day, from the day before the daily table begins.
with observations as (
    select * from {{ ref('int_staff_observations') }}
),

final as (
    {{ best_spells(
        'observations',
        'enterprise_id',
        ['staff_count', 'staff_source', 'staff_as_of'],
        'precedence, staff_as_of desc, staff_count desc',
        upper=as_of('until_on'),
    ) }}
)

select * from final
