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

{# Free text without the numbers of a person: mobile numbers keep 3 + 4 digits, identity numbers 6 + 1. #}
{% macro masked(column) -%}
    regexp_replace(
        regexp_replace(
            {{ column }},
            '(^|[^0-9])([1-9][0-9]{5})(?:18|19|20)[0-9]{2}(?:0[1-9]|1[0-2])[0-3][0-9][0-9]{3}([0-9Xx])([^0-9]|$)',
            '\1\2***********\3\4',
            'g'
        ),
        '(^|[^0-9])(1[3-9][0-9])[0-9]{4}([0-9]{4})([^0-9]|$)',
        '\1\2****\3\4',
        'g'
    )
{%- endmacro %}
