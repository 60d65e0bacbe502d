-- The spells of an enterprise follow each other without a hole, from the beginning to the day after valid_on.
select
    enterprise_id,
    min(valid_from) as begins_on,
    max(valid_to) as ends_on,
    sum(valid_to - valid_from) as n_days
from {{ ref('int_enterprise_spells') }}
group by enterprise_id
having
    min(valid_from) <> date '0001-01-01'
    or max(valid_to) <> {{ as_of('until_on') }}
    or sum(valid_to - valid_from) <> {{ as_of('until_on') }} - date '0001-01-01'
