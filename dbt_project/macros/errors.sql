{#
Two-sided quantile of the normal distribution: z such that a share `level` lies within ± z. Rational
approximation 26.2.23 of Abramowitz and Stegun (1964), off by less than 0.00045.
#}
{% macro normal_quantile(level) -%}
    {%- set t = 'sqrt(-2 * ln((1 - ' ~ level ~ ') / 2))' -%}
    {{ t }} - (2.515517 + 0.802853 * {{ t }} + 0.010328 * {{ t }} ^ 2)
    / (1 + 1.432788 * {{ t }} + 0.189269 * {{ t }} ^ 2 + 0.001308 * {{ t }} ^ 3)
{%- endmacro %}

{# A probability or expected number in exact decimals: sums do not depend on the order of summing. #}
{% macro exactly(expression) -%}
    cast({{ expression }} as decimal(18, 9))
{%- endmacro %}
