with deliveries as (
    select * from {{ ref('stg_deliveries') }}
),

final as (
    select
        delivery_id,
        cast(seq as bigint) as seq,
        feed,
        kind,
        reference_on,
        received_at,
        verdict,
        is_late,
        cast(rows_in as bigint) as rows_in,
        cast(rows_accepted as bigint) as rows_accepted,
        cast(rows_quarantined as bigint) as rows_quarantined,
        cast(rows_collapsed as bigint) as rows_collapsed,
        cast(rows_skipped as bigint) as rows_skipped,
        cast(n_appeared as bigint) as n_appeared,
        cast(n_changed as bigint) as n_changed,
        cast(n_disappeared as bigint) as n_disappeared,
        cast(n_reappeared as bigint) as n_reappeared,
        cast(n_ended as bigint) as n_ended,
        cast(n_restated as bigint) as n_restated,
        cast(lag_days as bigint) as lag_days,
        cast(absent_keys as bigint) as absent_keys,
        file_name,
        note
    from deliveries
)

select * from final
order by delivery_id
