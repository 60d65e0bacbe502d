{# Schemas are staging, intermediate, marts, seeds: never prefixed with the target's. #}
{% macro generate_schema_name(custom_schema_name, node) -%}
    {{ target.schema if custom_schema_name is none else custom_schema_name | trim }}
{%- endmacro %}

{# One value of the as-of row: valid_on, until_on, daily_from, plan_year, known_at. #}
{% macro as_of(column) -%}
    (select stg_asof.{{ column }} from {{ ref('stg_asof') }} as stg_asof)
{%- endmacro %}

{# The value in force on valid_on of one rule, as text. One row by test; none is null. #}
{% macro policy(rule_key) -%}
    (select int_policy.value from {{ ref('int_policy') }} as int_policy where int_policy.rule_key = '{{ rule_key }}')
{%- endmacro %}

{% macro policy_int(rule_key) -%}
    cast({{ policy(rule_key) }} as integer)
{%- endmacro %}

{# True when the feed has ever been received: what rests on another feed is null, not zero. #}
{% macro is_received(feed) -%}
    (select stg_feeds.is_received from {{ ref('stg_feeds') }} as stg_feeds where stg_feeds.feed = '{{ feed }}')
{%- endmacro %}

{# A rule that lists several words, `|` between them, as a list; null where no rule is in force. #}
{% macro policy_list(rule_key) -%}
    string_split({{ policy(rule_key) }}, '|')
{%- endmacro %}
