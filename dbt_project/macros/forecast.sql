{#
Quantile of Student's distribution with `df` degrees of freedom, from the normal quantile `z`: how much wider an
interval must be because its deviation is itself estimated from a few months. Expansion 26.7.5 of Abramowitz and
Stegun (1964), off by less than 0.001 at level 0.8 from five degrees of freedom.
#}
{% macro student_quantile(z, df) -%}
    ({{ z }} + ({{ z }} ^ 3 + {{ z }}) / (4 * {{ df }})
    + (5 * {{ z }} ^ 5 + 16 * {{ z }} ^ 3 + 3 * {{ z }}) / (96 * {{ df }} ^ 2)
    + (3 * {{ z }} ^ 7 + 19 * {{ z }} ^ 5 + 17 * {{ z }} ^ 3 - 15 * {{ z }}) / (384 * {{ df }} ^ 3))
{%- endmacro %}

{# How many months at full pace the months ahead are worth, where the pace of each is `damping` that of the last. #}
{% macro damped_months(damping, months) -%}
    (if({{ damping }} = 1, {{ months }}, {{ damping }} * (1 - {{ damping }} ^ {{ months }}) / (1 - {{ damping }})))
{%- endmacro %}

{# How the error of a random walk grows with the months ahead, its pace being the mean of `n` changes. #}
{% macro spread_months(months, n) -%}
    sqrt({{ months }} * (1 + {{ months }} / {{ n }}))
{%- endmacro %}
