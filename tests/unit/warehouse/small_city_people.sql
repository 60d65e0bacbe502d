-- Cadres, training, the congress and the three-level network of the made-up city: a consistent few of each.
create table marts.fct_cadre_posts as
    select
        'post' || i as post_id, 'person' || i as person_id, 'U' || i as union_id, '某工会' as union_name,
        '单独' as union_kind, district_code, '主席' as post, true as is_full_time, true as is_directly_subordinate,
        date '2013-01-01' + cast(i as integer) as appointed_on, true as is_in_office, cast(null as varchar) as finding
    from city where cover_kind <> 'none';
create table marts.fct_qualification_training as
    select
        post_id, person_id, union_id, union_name, district_code, post, appointed_on,
        cast(appointed_on + interval 12 month as date) as due_on, cast(null as date) as trained_on,
        cast(null as varchar) as session_id, if(due_on <= date '2014-03-31', 'overdue', 'not_due') as status,
        cast(null as varchar) as reason, status = 'overdue' as is_overdue
    from marts.fct_cadre_posts;
create table marts.agg_training as
    with rows_of_one_district as (
        select * from (
            values ('total', '总计', 30, 20), ('kind', '岗位资格', 10, 8), ('kind', '适应性', 20, 12),
                ('topic', '工会法', 25, 15)
        ) as listed (dimension, category, n_attendances, n_completed)
    ),
    grouped as (
        select 'district' as "grouping", code as group_code, 1 as times, rows_of_one_district.*
        from seeds.area_divisions cross join rows_of_one_district
        union all
        select 'city', '210200', 4, rows_of_one_district.* from rows_of_one_district
    )
    select
        "grouping", group_code, '某地' as group_name, dimension, category, dimension <> 'topic' as is_partition,
        3 as n_sessions, times * n_attendances as n_attendances, times * n_completed as n_completed,
        times * n_completed as n_persons, 8.0 * times * n_completed as person_hours, 75 * times as n_cadres,
        15 * times as n_cadres_trained, 0.2 as reach_rate, 'judged' as status, cast(null as varchar) as reason
    from grouped;
create table marts.agg_online_training as
    select
        if(code is null, 'city', 'district') as "grouping", coalesce(code, '210200') as group_code,
        '某地' as group_name, 5 * count(*) as n_unions, count(*) as n_unions_without_cadres,
        2 * count(*) as n_unions_reached, 8 * count(*) as n_cadres, 4 * count(*) as n_trained, 0.5 as rate,
        'judged' as status, cast(null as varchar) as reason
    from seeds.area_divisions group by grouping sets ((), (code));
create table marts.fct_congress_candidates as
    select
        'candidate' || i as candidate_id, '十六大' as congress, '代表' as body, 'U' || i as electing_union_id,
        '某工会' as electing_unit, 'elected' as stage, if(i % 5 = 0, 'breach', 'met') as opinion_status,
        'not_required' as vetting_status, 'pending' as review_status,
        if(i % 5 = 0, 'opinion_missing', null) as reason, i % 5 = 0 as is_breach
    from city where cover_kind = 'own' and i <= 40;
create table marts.agg_congress_composition as
    select
        '十六大' as congress, '代表' as body, 'elected' as stage, dimension, category, dimension <> '性别' as is_partition,
        'plan' as quota_basis, '人' as quota_unit, 15 as n_total, n_in_category, n_unknown, min_persons, max_persons,
        greatest(0, coalesce(min_persons - n_in_category, 0)) as shortfall,
        greatest(0, coalesce(n_in_category - max_persons, 0)) as excess,
        if(n_in_category < min_persons, 'short', 'within') as result, cast(null as varchar) as reason
    from (
        values ('总数', '总数', 15, 0, 10, 20), ('职业类别', '职工', 4, 1, 5, null),
            ('职业类别', '工会工作者', 10, 1, null, 12), ('性别', '女', 5, 0, 5, null)
    ) as listed (dimension, category, n_in_category, n_unknown, min_persons, max_persons);
create table marts.agg_congress_activities as
    select
        '十六大' as congress, date '2014-03-20' as opened_on, if(code is null, 'city', 'district') as "grouping",
        coalesce(code, '210200') as group_code, '某地' as group_name, 'all' as union_kind, 10 * count(*) as n_unions,
        4 * count(*) as n_active, 3 * count(*) as n_active_in_time, 6 * count(*) as n_activities,
        0.4 as rate, 'judged' as status, cast(null as varchar) as reason
    from seeds.area_divisions group by grouping sets ((), (code));
create table marts.fct_townships as
    select
        code || '001' as street_code, '某街道' as street_name, code as district_code, 'register' as figures_basis,
        if(code = '210202', 'met', 'not_met') as condition_status, cast(null as varchar) as reason,
        cast(null as varchar) as federation_union_id, false as has_federation, code = '210202' as should_found,
        10 as n_villages, 5 as n_village_unions, 'B' as class_code, '示例' as guidance
    from seeds.area_divisions;
create table marts.agg_township_network as
    select
        if(grouping(district_code) = 0, 'district', 'city') as "grouping",
        coalesce(district_code, '210200') as group_code, '某地' as group_name, count(*) as n_townships,
        count(*) filter (has_federation) as n_with_federation,
        count(*) filter (condition_status = 'met') as n_condition_met,
        count(*) filter (should_found) as n_should_found, 'judged' as status, cast(null as varchar) as reason
    from marts.fct_townships group by grouping sets ((), (district_code));
create table marts.fct_responsibility as
    select
        enterprise_id, district_code, 'U1' as responsible_union_id, 'assigned' as responsible_basis, true as has_person,
        'person1' as person_id, cast(null as varchar) as finding
    from marts.fct_enterprise_coverage where in_base_live;
create table marts.agg_network_capacity as
    with placed as (
        select district_code, district_code || '001' as street_code from marts.fct_responsibility
    )
    select
        case when grouping(street_code) = 0 then 'street' when grouping(district_code) = 0 then 'district'
            else 'city' end as "grouping",
        coalesce(street_code, district_code, '210200') as group_code, '某地' as group_name, count(*) as n_firms,
        count(*) as n_unions, count(*) as n_firms_assigned, count(*) as n_unions_funds, true as is_overloaded,
        false as is_short_of_hands, false as is_short_of_funds, 1 as n_problems, '加强' as class_code,
        '示例' as guidance, 'judged' as status, cast(null as varchar) as reason
    from placed group by grouping sets ((), (district_code), (street_code));
