{#
Which status holds on which days. A version's status takes effect when the version does, except an
end status with an end date, which takes effect on that date, earlier or later. On a day the
latest-asserted status that has taken effect by then holds; before any, `initial_class`.
Needs of the relation: key, valid_from (one version each), status, status_class, ended_on.
#}
{% macro status_spells(relation, key, initial_class) -%}
    select
        {{ key }},
        status,
        status_class,
        effective_on as valid_from,
        superseded_on as valid_to
    from (
        select
            {{ key }},
            status,
            status_class,
            effective_on,
            coalesce(
                min(effective_on) over (
                    partition by {{ key }}
                    order by valid_from
                    rows between 1 following and unbounded following
                ),
                date '9999-12-31'
            ) as superseded_on
        from (
            select
                {{ key }},
                status,
                status_class,
                valid_from,
                case when status_class = 'end' then coalesce(ended_on, valid_from) else valid_from end as effective_on
            from {{ relation }}
        )
    )
    where effective_on < superseded_on
    union all
    select
        {{ key }},
        null as status,
        '{{ initial_class }}' as status_class,
        date '0001-01-01' as valid_from,
        min(case when status_class = 'end' then coalesce(ended_on, valid_from) else valid_from end) as valid_to
    from {{ relation }}
    group by {{ key }}
    having valid_to > date '0001-01-01'
{%- endmacro %}

{#
First day of the unbroken run of end statuses a key is in, where its last version states no end date:
the day such a life ends. Keys whose last version says otherwise have no row. Same needs as status_spells.
#}
{% macro undated_ends(relation, key) -%}
    select
        {{ key }},
        min(case when last_other_from is null or valid_from > last_other_from then valid_from end) as ends_on
    from (
        select
            {{ key }},
            valid_from,
            status_class,
            ended_on,
            max(case when status_class <> 'end' then valid_from end) over (partition by {{ key }}) as last_other_from
        from {{ relation }}
    )
    group by {{ key }}
    having arg_max(status_class = 'end' and ended_on is null, valid_from)
{%- endmacro %}
