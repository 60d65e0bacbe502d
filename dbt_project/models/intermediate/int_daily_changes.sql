-- Days in the range of the daily table on which an enterprise's base, cover or district changed,
-- with the state before and after.
with spells as (
    select
        *,
        lag(in_base, 1, false) over spell_order as was_in_base,
        lag(is_covered) over spell_order as was_covered,
        lag(in_scope, 1, false) over spell_order as was_in_scope,
        lag(is_recorded, 1, false) over spell_order as was_recorded,
        lag(is_alive, 1, false) over spell_order as was_alive,
        lag(status_class) over spell_order as status_class_before,
        lag(district_code) over spell_order as district_code_before,
        lag(union_id) over spell_order as union_id_before,
        lag(cover_kind) over spell_order as cover_kind_before,
        lag(version_from) over spell_order as version_from_before
    from {{ ref('int_enterprise_spells') }}
    window spell_order as (partition by enterprise_id order by valid_from)
),

final as (
    select
        enterprise_id,
        valid_from as changed_on,
        was_in_base,
        in_base,
        coalesce(was_covered, if(is_covered is null, null, false)) as was_covered,
        is_covered,
        was_in_scope,
        in_scope,
        was_recorded,
        is_recorded,
        was_alive,
        is_alive,
        status_class_before,
        status_class,
        is_found_out,
        finding,
        district_code_before,
        district_code,
        union_id_before,
        union_id,
        cover_kind_before,
        cover_kind,
        coalesce(version_from <> version_from_before, true) as is_record_changed
    from spells
    where
        valid_from >= {{ as_of('daily_from') }}
        and (
            was_in_base <> in_base
            or was_covered <> is_covered
            or coalesce(district_code_before, '') <> coalesce(district_code, '')
        )
)

select * from final
