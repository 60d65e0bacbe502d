{# A life date that can be believed: parsed, and between 1900 and 2100. Otherwise null. #}
{% macro usable_date(column) -%}
    case when {{ column }} between date '1900-01-01' and date '2100-12-31' then {{ column }} end
{%- endmacro %}

{# A head count that can be believed: 1 to 1,000,000. Otherwise null. #}
{% macro usable_count(column) -%}
    case when {{ column }} between 1 and 1000000 then {{ column }} end
{%- endmacro %}

{# numerator / denominator in [0,1]; null where there is no denominator. #}
{% macro rate(numerator, denominator) -%}
    case when {{ denominator }} > 0 then cast({{ numerator }} as double) / {{ denominator }} end
{%- endmacro %}
