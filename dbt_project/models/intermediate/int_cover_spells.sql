-- One union speaks for each covered day: own before joint before federation, then the earliest founded.
with pieces as (
    select * from {{ ref('int_cover_pieces') }}
),

final as (
    {{ best_spells(
        'pieces',
        'enterprise_id',
        ['union_id', 'cover_kind'],
        'precedence, founded_on, union_id, via, record_key',
        upper=as_of('until_on'),
    ) }}
)

select * from final
