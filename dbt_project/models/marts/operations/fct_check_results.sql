-- Typed and empty: the gate fills it after the build, before the release is frozen.
with final as (
    select
        cast(null as varchar) as check_id,
        cast(null as varchar) as table_name,
        cast(null as varchar) as title_zh,
        cast(null as varchar) as title_en,
        cast(null as varchar) as severity,
        cast(null as varchar) as verdict,
        cast(null as bigint) as n_offending,
        cast(null as varchar) as observed,
        cast(null as varchar) as allowed,
        cast(null as varchar) as example_keys,
        cast(null as varchar) as reason_zh,
        cast(null as varchar) as reason_en,
        cast(null as varchar) as do_zh,
        cast(null as varchar) as do_en
)

select * from final
where false
