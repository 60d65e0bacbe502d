{# The version in force on valid_on of each record of a further feed: the body of a CTE over its source. #}
{% macro in_force(feed) -%}
    select *
    from {{ source('input', 'records_' ~ feed) }}
    where valid_from <= {{ as_of('valid_on') }} and valid_to > {{ as_of('valid_on') }}
{%- endmacro %}

{# A cell that names a union, in the form of dim_unions.union_id; null where it is blank. #}
{% macro union_key(column) -%}
    nullif(upper(replace(replace(nfc_normalize({{ column }}), ' ', ''), '-', '')), '')
{%- endmacro %}
