-- Every version of every record that may be attached to an enterprise, with the line it was read from.
{{ config(materialized='view') }}

with final as (
    {{ versions_of('tax') }}
    union all
    {{ versions_of('hr') }}
    union all
    {{ versions_of('union_organisations', key='union_id', union_id='union_id') }}
    union all
    {{ versions_of('union_coverage', union_id='union_id', name='unit_name') }}
    union all
    {{ versions_of('verifications', append_only=true) }}
    union all
    {{ versions_of('base_list', append_only=true) }}
    union all
    {{ versions_of('work_safety') }}
)

select * from final
