-- Lines of joint unions and federations while they live. A line absent from a full file has ended;
-- one that comes back begins a new life, with its own dates.
with versions as (
    select
        *,
        lag(valid_to) over (partition by record_key order by valid_from) as previous_to
    from {{ ref('stg_union_coverage') }}
    where valid_from < {{ as_of('until_on') }}
),

lives as (
    select
        *,
        sum(if(previous_to = valid_from, 0, 1)) over (
            partition by record_key order by valid_from rows between unbounded preceding and current row
        ) as life_no
    from versions
),

spans as (
    select
        record_key,
        union_id,
        life_no,
        min(valid_from) as recorded_from,
        max(valid_to) as recorded_to,
        arg_max(struct_pack(day := {{ usable_date('ended_on') }}), valid_from).day as ended_on,
        arg_max(struct_pack(day := {{ usable_date('started_on') }}), valid_from).day as started_on,
        min(first_seen_on) as first_seen_on
    from lives
    group by record_key, union_id, life_no
),

final as (
    select
        record_key,
        union_id,
        life_no,
        coalesce(started_on, first_seen_on) as starts_on,
        greatest(recorded_from, coalesce(started_on, first_seen_on)) as valid_from,
        least(recorded_to, coalesce(ended_on, date '9999-12-31')) as valid_to
    from spans
)

select * from final
where valid_from < valid_to
