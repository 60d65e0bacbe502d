with pieces as (
    select * from {{ ref('int_cover_pieces') }}
),

final as (
    select
        enterprise_id,
        union_id,
        via,
        record_key,
        valid_from,
        valid_to,
        cover_kind,
        cast(precedence as bigint) as precedence,
        founded_on,
        start_cause,
        end_cause
    from pieces
)

select * from final
order by enterprise_id, union_id, via, record_key, valid_from
