-- Terms, elections, founding quality, reports and ratings of the made-up city: a consistent few of each.
create table marts.fct_plan_milestones as
    select * from (
        values
        ('1', '换届安排', '2014年换届', 'U1', date '2014-03-01', cast(null as date), 'overdue'),
        ('2', '直选指导意见', '直选指导性意见', cast(null as varchar), date '2014-03-01', date '2014-03-02', 'done_late')
    ) as listed (milestone_no, kind, name, union_id, planned_on, done_on, status);
create table marts.fct_union_terms as
    select
        'U' || i as union_id, '单独' as kind, district_code, date '2011-04-30' as elected_on, 3 as term_years,
        true as is_lawful_length, date '2014-04-30' - if(i % 4 = 0, 60, 0) as term_ends_on, 'none' as extension_state,
        date '2014-04-30' - if(i % 4 = 0, 60, 0) as due_on, if(i % 4 = 0, 'overdue', 'in_term') as status,
        cast(null as varchar) as reason
    from city where cover_kind = 'own';
create table marts.fct_overdue_terms as
    select union_id, kind, district_code, due_on, true as is_overdue, 'not_inspected' as inspection_state
    from marts.fct_union_terms where status = 'overdue';
create table marts.agg_terms as
    select
        date '2014-03-31' as valid_on, if(grouping(district_code) = 0, 'district', 'city') as "grouping",
        coalesce(district_code, '210200') as group_code, count(*) as n_unions,
        count(*) filter (status = 'in_term') as n_in_term, 0 as n_extended,
        count(*) filter (status = 'overdue') as n_overdue, 0 as n_not_judged
    from marts.fct_union_terms group by grouping sets ((), (district_code));
create table marts.fct_union_elections as
    select
        'V' || i as election_no, 'U' || i as union_id, district_code, 'ok' as quorum_check, 'ok' as majority_check,
        'ok' as notice_check, 'ok' as after_notice_check, 'ok' as candidates_check, 'ok' as excluded_role_check,
        'missing' as secret_ballot_check, 'breach' as committee_size_check, 'no_rule' as committee_difference_check,
        1 as n_breaches, 1 as n_missing, 'committee_size' as findings, 'judged' as status,
        cast(null as varchar) as reason
    from city where cover_kind = 'own';
create table marts.agg_direct_elections as
    select
        'city' as "grouping", '210200' as group_code, election_kind, n as n_elections, n - 4 as n_direct,
        2 as n_indirect, 1 as n_method_unknown, 1 as n_unrecorded, (n - 4) / n as direct_rate, 1.0 as target_rate,
        false as meets_target, 'judged' as status
    from (values ('founding', 10), ('re_election', 20)) as listed (election_kind, n)
    union all
    select 'city', '210200', 'all', 30, 22, 4, 2, 2, 22 / 30, 1.0, false, 'judged';
create table marts.fct_founding_quality as
    select
        'U' || i as union_id, district_code, true as is_new, if(i % 8 = 1, 60, 85) as score, 100 as full_score,
        80 as pass_score, i % 8 <> 1 as meets_basic, 'judged' as status, cast(null as varchar) as reason
    from city where cover_kind = 'own' and i <= 40;
create table marts.agg_founding_quality as
    select
        'city' as "grouping", '210200' as group_code, count(*) as n_new_unions, count(*) as n_judged,
        count(*) filter (meets_basic) as n_meeting, count(*) filter (meets_basic) / count(*) as meeting_rate,
        0.8 as target_rate, false as meets_target
    from marts.fct_founding_quality;
create table marts.fct_five_good_grades as
    select
        'U' || i as union_id, 'AAA' as grade, date '2014-12-31' as valid_until, date '2014-06-30' as recheck_due_on,
        'valid' as state, cast(null as varchar) as findings, cast(null as varchar) as reason
    from city where cover_kind = 'own' and i <= 40;
create table marts.agg_building_funnel as
    with funnel (stage, share) as (
        values ('founded', 20), ('workers_congress', 12), ('institutions', 8), ('home', 4), ('home_rated', 2)
    ),
    districts as (
        select 'district' as "grouping", unnest(['210202', '210203']) as group_code, 1 as factor
        union all
        select 'city', '210200', 2
    )
    select "grouping", group_code, stage, 20 * factor as n_unions, share * factor as n_reached
    from districts cross join funnel;
create table marts.fct_chair_reviews as
    select
        'U' || i as union_id, 6 as n_parts_required, if(i % 2 = 0, 6, 5) as n_parts_done,
        if(i % 2 = 0, null, 'rating_party') as missing_parts, i % 2 = 0 as is_complete,
        cast(null as varchar) as survey_finding
    from city where cover_kind = 'own' and i <= 40;
create table marts.agg_chair_reviews as
    select
        'city' as "grouping", '210200' as group_code, denominator, n as n_enterprises, 6 as n_complete,
        6 / n as coverage_rate, 0.3 as target_rate, 6 >= 0.3 * n as meets_target
    from (values ('all', 30), ('with_union', 20)) as listed (denominator, n);
create table marts.fct_demonstration_units as
    select
        'S' || i as unit_no, if(i % 2 = 0, 'state', 'non_public') as target_group,
        if(i % 2 = 0, '国有企业', '非公企业') as category, if(i % 2 = 0, 'public', 'non_public') as ownership,
        'named' as state, true as is_consistent
    from city where i <= 12;
create table marts.agg_demonstration_units as
    select target_group, count(*) as n_named, 10 as target_count, count(*) >= 10 as meets_target
    from marts.fct_demonstration_units group by target_group;
