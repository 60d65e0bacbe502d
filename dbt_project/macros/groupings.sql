{#
The groupings in which coverage is published. `by_grouping` is the body of a `group by` over a relation with
base_kind and the columns of int_base_members; columns named in `beside` are kept in every group.
#}
{% macro coverage_groupings() -%}
    {{- return(['district', 'managing_area', 'street', 'industry', 'ownership', 'size']) -}}
{%- endmacro %}

{% macro by_grouping(beside=[]) -%}
    {%- set kept = ['base_kind'] + beside -%}
    grouping sets (
        ({{ kept | join(', ') }}),
        {% for grouping in coverage_groupings() -%}
        ({{ (kept + [grouping]) | join(', ') }}){{ ',' if not loop.last }}
        {% endfor -%}
    )
{%- endmacro %}

{# Which grouping a row of `by_grouping` is of. #}
{% macro grouping_kind() -%}
    case
        {% for grouping in coverage_groupings() -%}
        when grouping({{ grouping }}) = 0 then '{{ grouping }}'
        {% endfor -%}
        else 'city'
    end
{%- endmacro %}

{# Which group of it. #}
{% macro group_code() -%}
    coalesce({{ coverage_groupings() | join(', ') }}, '210200')
{%- endmacro %}

{# City, districts and streets of a relation with the columns district and street, as grouping_kind and group_code. #}
{% macro by_place() -%}
    grouping sets ((), (district), (street))
{%- endmacro %}

{% macro place_grouping() -%}
    case when grouping(street) = 0 then 'street' when grouping(district) = 0 then 'district' else 'city' end
        as grouping_kind,
    coalesce(street, district, '210200') as group_code
{%- endmacro %}
