with source as (
    select * from {{ source('input', 'deliveries') }}
),

renamed as (
    select
        delivery_id,
        seq,
        feed,
        kind,
        reference_on,
        received_at,
        verdict,
        is_late,
        rows_in,
        rows_accepted,
        rows_quarantined,
        rows_collapsed,
        rows_skipped,
        n_appeared,
        n_changed,
        n_disappeared,
        n_reappeared,
        n_ended,
        n_restated,
        lag_days,
        absent_keys,
        file_name,
        note
    from source
)

select * from renamed
