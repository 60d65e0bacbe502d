{# The grain of a model: its key columns are never null and no two rows share them. Shows the keys at fault. #}
{% test keyed_by(model, columns) %}
    select
        {% for column in columns %}"{{ column }}", {% endfor %}
        count(*) as n_rows
    from {{ model }}
    group by all
    having
        count(*) > 1
        {% for column in columns %}or "{{ column }}" is null {% endfor %}
{% endtest %}

{# Spells of one key are never empty and never overlap, so key and valid_from are the grain. #}
{% test disjoint_spells(model, key) %}
    select
        {{ key }},
        valid_from,
        valid_to,
        lead(valid_from) over (partition by {{ key }} order by valid_from, valid_to) as next_from
    from {{ model }}
    qualify {{ key }} is null or valid_from is null or valid_from >= valid_to or next_from < valid_to
{% endtest %}
