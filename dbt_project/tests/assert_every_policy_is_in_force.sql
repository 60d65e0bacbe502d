-- Rules without which no figure can be counted. The target is not among them: it may be in force or not.
with needed (rule_key) as (
    values
    ('establish.deadline_months'),
    ('gap.close_within_days'),
    ('finding.valid_months'),
    ('staff.max_age_months.tax'),
    ('staff.max_age_months.hr'),
    ('staff.max_age_months.commerce'),
    ('staff.max_age_months.union'),
    ('staff.source_order'),
    ('union.own.min_staff'),
    ('cohort.months'),
    ('fee.preparatory.recent_periods')
)

select needed.rule_key
from needed
left join {{ ref('int_policy') }} as policy on needed.rule_key = policy.rule_key
where policy.value is null
