{#
Interval algebra over half-open spells [valid_from, valid_to) of civil days.
Every macro yields a query to be used as the body of a CTE; columns are named, order is never relied on.
#}

{#
The finest cutting of a key's time by the bounds of several relations: one row per key and
elementary spell, within [lower, upper). Inside one of them nothing in any relation changes.
#}
{% macro elementary_spells(relations, key, upper, lower="date '0001-01-01'") -%}
    select
        {{ key }},
        day as valid_from,
        lead(day, 1, {{ upper }}) over (partition by {{ key }} order by day) as valid_to
    from (
        {% for relation in relations -%}
        select {{ key }}, greatest(valid_from, {{ lower }}) as day from {{ relation }}
        union
        select {{ key }}, greatest(valid_to, {{ lower }}) as day from {{ relation }}
        {% if not loop.last %}union{% endif %}
        {% endfor %}
    )
    where day < {{ upper }}
{%- endmacro %}

{#
Of several spells that hold at once the first by `order_by` (a total order) counts: non-overlapping
spells with the winner's columns, cut wherever any candidate begins or ends. `order_by` and `columns` may only name columns of the relation.
#}
{% macro best_spells(relation, key, columns, order_by, upper, lower="date '0001-01-01'") -%}
    select
        elementary.{{ key }},
        elementary.valid_from,
        elementary.valid_to,
        {% for column in columns -%}
        candidate.{{ column }}{{ ',' if not loop.last }}
        {% endfor %}
    from ({{ elementary_spells([relation], key, upper, lower) }}) as elementary
    inner join {{ relation }} as candidate
        on
            elementary.{{ key }} = candidate.{{ key }}
            and candidate.valid_from <= elementary.valid_from
            and elementary.valid_from < candidate.valid_to
    qualify row_number() over (
        partition by elementary.{{ key }}, elementary.valid_from
        order by {{ order_by }}
    ) = 1
{%- endmacro %}

{# First day on which more than `months` whole months have passed since `day`: the age limit is inclusive. #}
{% macro expires_on(day, months) -%}
    cast({{ day }} + to_months({{ months }} + 1) as date)
{%- endmacro %}

{# The same number of calendar months later, clamped to the month's end. #}
{% macro add_months(day, months) -%}
    cast({{ day }} + to_months({{ months }}) as date)
{%- endmacro %}
