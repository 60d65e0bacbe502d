{#
The scope kind a canonical name gives by the listed patterns, first one first; null where none fits.
The patterns are written into the query as constants: DuckDB compiles a constant pattern once, any
other once per row, which is minutes on a whole registry.
#}
{% macro scope_by_name(column) -%}
    {%- set patterns = [] -%}
    {%- if execute -%}
        {%- set patterns = run_query(
            "select pattern, unless_pattern, scope_kind from " ~ ref('branch_name_patterns') ~ " order by priority"
        ).rows -%}
    {%- endif -%}
    case
        {% for pattern, unless_pattern, scope_kind in patterns -%}
        when
            regexp_matches({{ column }}, '{{ pattern | replace("'", "''") }}')
            {% if unless_pattern -%}
            and not regexp_matches({{ column }}, '{{ unless_pattern | replace("'", "''") }}')
            {% endif -%}
            then '{{ scope_kind }}'
        {% endfor -%}
        when {{ column }} is null then null
    end
{%- endmacro %}
