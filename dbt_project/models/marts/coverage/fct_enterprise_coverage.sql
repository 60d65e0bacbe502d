with enterprises as (
    select * from {{ ref('int_enterprises') }}
    where in_scope and is_recorded
),

final as (
    select
        enterprise_id,
        in_base_live,
        in_base_live_25,
        in_base_frozen,
        in_base_due,
        is_covered,
        cover_kind,
        union_id,
        covered_since,
        due_on,
        start_basis as due_basis,
        is_overdue,
        recommended_form,
        has_claim,
        finding,
        is_gap,
        gap_since,
        district_code,
        managing_area,
        street_code,
        industry_section,
        ownership,
        size_code,
        is_absent
    from enterprises
)

select * from final
order by enterprise_id
