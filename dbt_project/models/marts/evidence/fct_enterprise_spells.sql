with spells as (
    select * from {{ ref('int_enterprise_spells') }}
),

final as (
    select
        enterprise_id,
        valid_from,
        valid_to,
        in_base,
        is_covered,
        cover_kind,
        union_id,
        in_scope,
        is_recorded,
        is_alive,
        status_class,
        finding,
        is_found_out,
        is_live_unit,
        district_code,
        managing_area
    from spells
)

select * from final
order by enterprise_id, valid_from
