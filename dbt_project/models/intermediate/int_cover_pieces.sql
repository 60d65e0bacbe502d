-- Every way in which a union covers an enterprise, with the days on which it does.
with unions as (
    select * from {{ ref('int_union_spells') }}
),

lines as (
    select * from {{ ref('int_cover_lines') }}
),

links as (
    select * from {{ ref('stg_links') }}
    where feed in ('union_organisations', 'union_coverage')
),

by_host as (
    select
        links.enterprise_id,
        unions.union_id,
        unions.cover_by_host as cover_kind,
        'host' as via,
        unions.union_id as record_key,
        unions.starts_on,
        unions.ends_on,
        unions.normal_from,
        unions.normal_to,
        null::date as line_from,
        null::date as line_to,
        greatest(unions.valid_from, links.valid_from) as valid_from,
        least(unions.valid_to, links.valid_to) as valid_to
    from unions
    inner join links on links.feed = 'union_organisations' and unions.union_id = links.record_key
    where unions.cover_by_host is not null
),

by_line as (
    select
        links.enterprise_id,
        unions.union_id,
        unions.cover_by_line as cover_kind,
        'line' as via,
        lines.record_key,
        unions.starts_on,
        unions.ends_on,
        unions.normal_from,
        unions.normal_to,
        lines.valid_from as line_from,
        lines.valid_to as line_to,
        greatest(unions.valid_from, lines.valid_from, links.valid_from) as valid_from,
        least(unions.valid_to, lines.valid_to, links.valid_to) as valid_to
    from unions
    inner join lines on unions.union_id = lines.union_id
    inner join links on links.feed = 'union_coverage' and lines.record_key = links.record_key
    where unions.cover_by_line is not null
),

pieces as (
    select * from by_host
    union all
    select * from by_line
),

final as (
    select
        enterprise_id,
        union_id,
        cover_kind,
        case cover_kind when 'own' then 1 when 'joint' then 2 else 3 end as precedence,
        via,
        record_key,
        starts_on as founded_on,
        valid_from,
        valid_to,
        -- What began and what ended it, for the list of changes.
        case
            when valid_from = starts_on then 'union_founded'
            when valid_from = line_from then 'line_started'
            when valid_from = normal_from then 'union_status'
            else 'record_changed'
        end as start_cause,
        case
            when valid_to = ends_on then 'union_dissolved'
            when valid_to = line_to then 'line_ended'
            when valid_to = normal_to then 'union_status'
            else 'record_changed'
        end as end_cause
    from pieces
    where valid_from < valid_to
)

select * from final
