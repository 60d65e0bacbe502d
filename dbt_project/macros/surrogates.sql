{# A stand-in for a person or a record about one: the same for the same key, and nothing can be read from it. #}
{% macro surrogate(key) -%}
    left(md5({{ key }}), 16)
{%- endmacro %}

{# A code that is no part of a record key, in the form keys have: no blanks, no hyphens, upper case. #}
{% macro canonical_code(column) -%}
    nullif(upper(regexp_replace({{ column }}, '[\s-]', '', 'g')), '')
{%- endmacro %}

{# The version of a record that holds on valid_on. #}
{% macro holds_on_valid_on(relation) -%}
    {{ relation }}.valid_from <= {{ as_of('valid_on') }} and {{ relation }}.valid_to > {{ as_of('valid_on') }}
{%- endmacro %}

{# What is said where nothing is said, as null. #}
{% macro said(column) -%}
    nullif({{ column }}, '')
{%- endmacro %}
