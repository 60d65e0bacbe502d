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

{# Fold a list of nullable texts into one, joined with commas; null where all are. #}
{% macro joined(parts) -%}
    nullif(concat_ws(',', {{ parts | join(', ') }}), '')
{%- endmacro %}

{#
The groupings of the plan's aggregates over enterprises or unions: a query with the columns of `relation`
and grouping_kind, group_code; each row once for the city and once for each column of `by`.
#}
{% macro spread(relation, by) -%}
    select
        'city' as grouping_kind,
        '210200' as group_code,
        *
    from {{ relation }}
    {% for column, kind in by.items() -%}
    union all
    select
        '{{ kind }}' as grouping_kind,
        coalesce(cast({{ column }} as varchar), 'unknown') as group_code,
        *
    from {{ relation }}
    {% endfor %}
{%- endmacro %}

{# 'judged', or 'not_judged' where a feed was never received or nobody is in the denominator; and why. #}
{% macro judged_status(is_known, denominator) -%}
    if({{ is_known }} and {{ denominator }} > 0, 'judged', 'not_judged') as status,
    case
        when not {{ is_known }} then 'feed_not_received'
        when {{ denominator }} = 0 then 'empty'
    end as reason
{%- endmacro %}
