{# A stand-in for a person or a record about one: the same for the same key, and nothing can be read from it. #}
{% macro surrogate(key) -%}
    left(md5({{ key }}), 16)
{%- endmacro %}

{# A code or id that is no part of a record key, in the form of keys; null where it is blank. #}
{% macro canonical_code(column) -%}
    nullif(upper(regexp_replace({{ column }}, '[\s-]', '', 'g')), '')
{%- endmacro %}

{# What is said where nothing is said, as null. #}
{% macro said(column) -%}
    nullif({{ column }}, '')
{%- endmacro %}
