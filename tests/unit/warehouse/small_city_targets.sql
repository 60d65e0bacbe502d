-- Targets, assessment, partners' evidence, members, organisations and what falls due: a consistent few of each.
create table marts.agg_indicator_values as
    select
        if(base_kind = 'frozen', 'coverage_rate', 'coverage_rate_live') as indicator, '建会率' as indicator_name,
        'ratio' as unit, "grouping", group_code, group_name, cast(n_covered as double) as numerator,
        cast(n_base as double) as denominator, numerator / denominator as value,
        'judged' as status, cast(null as varchar) as reason
    from marts.agg_coverage
    where base_kind in ('frozen', 'live') and "grouping" in ('city', 'district') and n_base > 0
    union all
    select 'party_union_rate', '党建', 'ratio', 'city', '210200', '大连市', 1, 3, 1.0 / 3, 'judged', null
    union all
    select 'institution_rate', '机关', 'ratio', 'city', '210200', '大连市', null, null, null, 'not_judged',
        'organisations_not_received';
create table marts.agg_target_trajectory as
    select
        indicator, "grouping", group_code, group_name, date '2014-03-31' as observed_on, numerator, denominator, value,
        'recorded' as basis
    from marts.agg_indicator_values where indicator in ('coverage_rate', 'coverage_rate_live');
create table marts.agg_plan_targets as
    select
        '规划' as plan_name, plan_year, 'coverage_rate' as indicator, '建会率' as indicator_name, 'city' as "grouping",
        '210200' as group_code, '大连市' as group_name, 'ratio' as unit, cast(target_value as double) as target_value, due_on, n_needed,
        'judged' as status, cast(null as varchar) as reason, verdict
    from (
        values (2013, 0.7, date '2013-12-31', 0, 'met'), (2014, 0.91, date '2014-12-31', 60, 'behind'),
            (2015, 0.95, date '2015-12-31', 80, 'on_track')
    ) as listed (plan_year, target_value, due_on, n_needed, verdict);
create table marts.agg_target_forecast as
    select
        plan_name, plan_year, indicator, "grouping", group_code, 0.80 as expected_value, 0.75 as low_value,
        0.85 as high_value, date '2015-06-30' as expected_on, date '2015-03-31' as earliest_on,
        date '2015-12-31' as latest_on, 40 as n_backtests, 0.8 as backtest_inside_rate, 'judged' as status,
        cast(null as varchar) as reason
    from marts.agg_plan_targets where plan_year > 2013;
create table marts.fct_assessment_indicators as
    select
        2014 as assessment_year, code as group_code, '某地' as group_name, item, item as item_name, listed.kind, weight,
        marks, if(listed.kind = 'veto', code = '210204', null) as is_vetoed, 'judged' as status,
        cast(null as varchar) as reason, '依据' as basis, true as is_example, '示例' as source
    from seeds.area_divisions
    cross join (
        values ('coverage', 'measured', 40.0, 30.0), ('files', 'entered', 20.0, 15.0), ('discipline', 'veto', null, null)
    ) as listed (item, kind, weight, marks);
create table marts.agg_target_assessment as
    select
        2014 as assessment_year, group_code, '某地' as group_name, sum(marks) as own_marks, 75.0 as own_score,
        75.0 as total_score, bool_or(is_vetoed) as is_vetoed, if(bool_or(is_vetoed), null, 1) as rank,
        'judged' as status, cast(null as varchar) as reason
    from marts.fct_assessment_indicators group by group_code;
create table marts.fct_party_without_union as
    select enterprise_id, '某企业' as name from marts.fct_enterprises_without_union order by enterprise_id limit 2;
create table marts.fct_funds_evidence as
    select
        enterprise_id, district_code, true as in_base_live, is_covered, not is_covered as is_fee_payer,
        if(is_covered, 'preparatory_with_union', null) as fee_conflict, '凭据' as evidence
    from marts.fct_enterprise_coverage where in_base_live order by enterprise_id limit 12;
create table marts.agg_members as
    select
        if(code is null, 'city', 'district') as "grouping", coalesce(code, '210200') as group_code,
        '某地' as group_name, member_group, '会员' as group_label, base_kind,
        if(member_group = 'new_form', null, 10 * count(*)) as n_members,
        if(member_group = 'new_form', null, 20 * count(*)) as n_base,
        if(member_group = 'new_form', 'not_judged', 'judged') as status,
        if(member_group = 'new_form', 'no_list_in_force', null) as reason
    from seeds.area_divisions
    cross join (
        values ('all', 'union_staff'), ('women', 'members'), ('new_form', 'group_workers')
    ) as listed (member_group, base_kind)
    group by grouping sets ((member_group, base_kind), (member_group, base_kind, code));
create table marts.agg_organisation_coverage as
    select
        if(code is null, 'city', 'district') as "grouping", coalesce(code, '210200') as group_code,
        '某地' as group_name, 'institution' as organisation_kind, 5 * count(*) as n_base, 3 * count(*) as n_covered,
        2 * count(*) as n_own, count(*) as n_joint, 0.6 as rate, 'judged' as status, cast(null as varchar) as reason
    from seeds.area_divisions group by grouping sets ((), (code));
create table marts.fct_due as
    select
        due_kind, subject_kind, subject_id, subject_name, due_on, due_on - date '2014-03-31' as days_left, due_window,
        '依据' as basis
    from (
        values ('founding', 'enterprise', 'E1', '某企业', date '2014-04-05', 'week'),
            ('reelection', 'union', 'U1', '某工会', date '2014-03-01', 'overdue'),
            ('training', 'person', 'post1', null, date '2014-04-20', 'month')
    ) as listed (due_kind, subject_kind, subject_id, subject_name, due_on, due_window);
