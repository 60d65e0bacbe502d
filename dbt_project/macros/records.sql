{#
The versions of a feed's records: the body of one branch of int_record_versions. `key`, `union_id` and `name`:
the columns of its staging model that hold them. Of an append-only feed the row that counts: the last
recorded of its key.
#}
{% macro versions_of(feed, key='record_key', union_id='null', name='name', append_only=false) -%}
    select
        '{{ feed }}' as feed,
        {{ key }} as record_key,
        {{ key }}_raw as record_key_raw,
        cast({{ union_id }} as varchar) as union_id,
        valid_from,
        valid_to,
        valid_from_basis,
        asserted_on,
        recorded_at,
        delivery_id,
        line,
        {{ name }} as name
    from {{ ref('stg_' ~ feed) }}
    {%- if append_only %}
    qualify row_number() over (partition by record_key order by version_no desc) = 1
    {%- endif %}
{%- endmacro %}
