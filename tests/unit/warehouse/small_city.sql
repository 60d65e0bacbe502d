-- A made-up city of 400 enterprises as a finished build; every figure is counted from the rows below.
create schema input;
create schema marts;
create schema seeds;
create table input.asof as select date '2014-03-31' as valid_on;
create table input.feeds as
    select
        feed, feed <> 'verifications' as is_received, 'weekly' as rhythm, 3 as grace_days,
        if(feed = 'verifications', null, date '2014-03-28') as last_reference_on,
        if(feed = 'verifications', null, 3) as days_behind,
        if(feed = 'verifications', null, false) as is_stale
    from (select unnest(['base_list', 'commerce', 'hr', 'tax', 'union_coverage', 'union_organisations',
        'verifications']) as feed);
create table seeds.area_divisions as
    select code, 'district' as kind, cast(null as date) as valid_from, cast(null as date) as valid_to
    from (select unnest(['210202', '210203', '210204', '210211']) as code);
create table city as
    select
        i,
        'E' || lpad(cast(i as varchar), 4, '0') as enterprise_id,
        i > 390 as is_excluded,
        ['210202', '210203', '210204', '210211'][1 + i % 4] as district_code,
        if(i % 5 = 0, null, 1 + (i * 7) % 300) as staff_count,
        case i % 8 when 0 then 'own' when 1 then 'own' when 2 then 'own' when 3 then 'joint' when 4 then 'joint'
            when 5 then 'federation' else 'none' end as cover_kind,
        date '2013-01-01' + cast(i % 400 as integer) as established_on
    from range(1, 401) as numbers (i);
create table input.enterprise_records as select enterprise_id, 'K' || i as record_key from city;
create table input.enterprise_places as
    select enterprise_id, date '0001-01-01' as valid_from, date '9999-12-31' as valid_to, district_code from city;
create table input.previous_gap as
    select enterprise_id from city where cover_kind = 'none' and not is_excluded and i % 3 <> 0;
create table input.deliveries as
    select 'D' || feed as delivery_id, feed from input.feeds where is_received;
{records}
insert into input.records_union_organisations
    select 'U' || i, 2, date '0001-01-01', date '9999-12-31' from city where cover_kind <> 'none';
create table marts.dim_enterprises as
    select
        enterprise_id, '9121020' || lpad(cast(i as varchar), 10, '0') || 'X' as uscc, '某企业' || i as name,
        ['public', 'non_public', 'hmt_foreign', 'unknown'][1 + i % 4] as ownership,
        'C' as industry_section, district_code, district_code as managing_area, district_code || '001' as street_code,
        'address' as district_basis, '存续' as status, established_on, staff_count,
        if(staff_count is null, null, 'tax') as staff_source,
        if(staff_count is null, null, date '2014-02-28') as staff_as_of,
        not is_excluded as in_scope, if(is_excluded, 'uscc', 'default') as scope_basis,
        if(is_excluded, 'branch', null) as exclusion_reason,
        '某路' || i || '号' as address, true as is_recorded
    from city;
create table marts.dim_unions as
    select
        'U' || i as union_id, '某工会' as name, if(cover_kind = 'own', '单独', '联合') as kind, '正常' as status,
        cast(null as varchar) as parent_union_id, if(cover_kind = 'own', enterprise_id, null) as host_enterprise_id
    from city where cover_kind <> 'none';
create table marts.bridge_enterprise_records as
    select enterprise_id, 'commerce' as feed, 'K' || i as record_key, 'uscc' as link_basis, 1.0 as link_confidence
    from city
    union all
    select enterprise_id, 'tax', 'T' || i, 'org_code', 0.99 from city;
create table marts.fct_unmatched_records as
    select 'tax' as feed, 'X' || i as record_key, '无名企业' as name, 'no_match' as reason, '[]' as candidates
    from range(1, 11) as numbers (i);
create table marts.fct_link_candidates as
    select
        'tax' as feed, 'X' || i as record_key, '无名企业' as record_name, enterprise_id, '某企业' as enterprise_name,
        cast(1 as bigint) as rank, 0.5 as probability, 'uncertain' as decision, 'other' as effect
    from range(1, 11) as numbers (i) inner join city using (i);
create table marts.fct_enterprise_coverage as
    select
        enterprise_id, true as in_base_live, coalesce(staff_count >= 25, false) as in_base_live_25,
        i % 10 <> 0 as in_base_frozen, due_on <= date '2014-03-31' as in_base_due,
        cover_kind <> 'none' as is_covered, cover_kind, if(cover_kind = 'none', null, 'U' || i) as union_id,
        if(cover_kind = 'none', null, date '2013-06-01') as covered_since, due_on,
        cover_kind = 'none' and due_on <= date '2014-03-31' as is_overdue,
        if(staff_count >= 25, 'own', 'joint') as recommended_form, district_code, staff_count
    from (select *, cast(established_on + interval 6 month as date) as due_on from city where not is_excluded);
create table marts.fct_enterprises_without_union as
    select
        row_number() over (order by is_overdue desc, staff_count desc nulls last, established_on, enterprise_id) as rank,
        enterprise_id, district_code, staff_count, established_on as gap_since, due_on, is_overdue, recommended_form,
        '某路' as address, '最近见于2014-03-28的文件' as evidence, cast(null as varchar) as responsible_union_id,
        enterprise_id not in (select enterprise_id from input.previous_gap) as is_new
    from marts.fct_enterprise_coverage
    inner join (select enterprise_id, established_on from city) using (enterprise_id)
    where not is_covered;
create table members as
    select cover.*, kinds.base_kind, firms.ownership, firms.managing_area, firms.street_code, firms.industry_section,
        case when cover.staff_count is null then 'unknown' when cover.staff_count < 8 then '<8'
            when cover.staff_count < 25 then '8–24' when cover.staff_count < 50 then '25–49'
            when cover.staff_count < 100 then '50–99' when cover.staff_count < 200 then '100–199'
            when cover.staff_count < 1000 then '200–999' else '1000+' end as size_code
    from marts.fct_enterprise_coverage as cover
    inner join marts.dim_enterprises as firms using (enterprise_id)
    cross join (select unnest(['live', 'live_25', 'due', 'frozen']) as base_kind) as kinds
    where case kinds.base_kind when 'live' then true when 'live_25' then cover.in_base_live_25
        when 'due' then cover.in_base_due else cover.in_base_frozen end;
create table marts.agg_coverage as
    select
        date '2014-03-31' as valid_on, member."grouping", member.group_code, member.group_code as group_name, base_kind,
        count(*) as n_base, count(*) filter (is_covered) as n_covered,
        count(*) filter (cover_kind = 'own') as n_own, count(*) filter (cover_kind = 'joint') as n_joint,
        count(*) filter (cover_kind = 'federation') as n_federation,
        count(*) filter (staff_count is null) as n_staff_unknown, cast(0 as bigint) as n_absent,
        count(*) filter (is_covered) / count(*) as coverage_rate,
        greatest(0, count(*) filter (is_covered) - 1) / count(*) as rate_low,
        least(count(*), count(*) filter (is_covered) + 2) / count(*) as rate_high,
        if(base_kind = 'frozen', 0.91, null) as target_rate,
        if(base_kind = 'frozen', count(*) filter (is_covered) * 100 >= 91 * count(*), null) as meets_target
    from (
        select *, unnest([
            {"grouping": 'city', 'group_code': '210200'}, {"grouping": 'district', 'group_code': district_code},
            {"grouping": 'managing_area', 'group_code': managing_area}, {"grouping": 'street', 'group_code': street_code},
            {"grouping": 'industry', 'group_code': industry_section},
            {"grouping": 'ownership', 'group_code': ownership}, {"grouping": 'size', 'group_code': size_code}
        ]) as member from members
    )
    group by member, base_kind;
create table marts.agg_coverage_daily as
    select
        days.valid_on, live."grouping", live.group_code,
        live.n_base - if(days.valid_on < date '2014-03-30', 1, 0) as n_base,
        live.n_covered - if(days.valid_on < date '2014-03-31', 1, 0) as n_covered,
        if(days.valid_on = date '2014-03-30', 1, 0) as n_entered, 0 as n_left,
        if(days.valid_on = date '2014-03-31', 1, 0) as n_newly_covered, 0 as n_lost_cover,
        0 as n_entered_covered, 0 as n_left_covered,
        cast(null as double) as coverage_rate
    from marts.agg_coverage as live
    cross join (select date '2014-03-27' + cast(unnest(range(5)) as integer) as valid_on) as days
    where base_kind = 'live' and (
        "grouping" = 'city' or ("grouping" = 'district' and group_code = '210203')
    )
    union all
    select days.valid_on, live."grouping", live.group_code, live.n_base, live.n_covered, 0, 0, 0, 0, 0, 0, null
    from marts.agg_coverage as live
    cross join (select date '2014-03-27' + cast(unnest(range(5)) as integer) as valid_on) as days
    where base_kind = 'live' and "grouping" = 'district' and group_code <> '210203';
update marts.agg_coverage_daily set coverage_rate = n_covered / n_base;
create table marts.fct_coverage_changes as
    select 'E0001' as enterprise_id, date '2014-03-30' as changed_on, 'entered_base' as change, 'established' as cause,
        false as was_in_base, true as in_base, 'U1' as union_id
    union all
    select 'E0001', date '2014-03-31', 'gained_cover', 'union_founded', true, true, 'U1';
create table marts.agg_dynamic_coverage as
    select
        due.valid_on, due."grouping", due.group_code, due.n_base as n_due, due.n_covered as n_due_covered,
        due.coverage_rate as rate_due, 0 as n_overdue_0_30, 0 as n_overdue_31_90,
        due.n_base - due.n_covered as n_overdue_over_90, 30.0 as median_days_to_cover, false as is_reached
    from marts.agg_coverage as due where base_kind = 'due' and "grouping" in ('city', 'district');
create table marts.agg_founding_cohorts as
    select date '2013-01-01' as established_month, 10 as n, 4 as n_covered_in_time, 6 as n_covered, 4 as n_censored;
create table marts.agg_other_units as select 'branch' as kind, 10 as n, 2 as n_covered;
create table marts.fct_delivery_outcomes as
    select delivery_id, feed, 'accepted' as verdict, 10 as rows_in, 5 as rows_accepted, 1 as rows_quarantined,
        1 as rows_collapsed, 3 as rows_skipped from input.deliveries;
create table marts.fct_check_results (
    check_id varchar, table_name varchar, title_zh varchar, title_en varchar, severity varchar, verdict varchar,
    n_offending bigint, observed varchar, allowed varchar, example_keys varchar, do_zh varchar, do_en varchar,
    reason_zh varchar, reason_en varchar
);
create table marts.bridge_enterprise_evidence as
    select enterprise_id, 'registry' as role, 'commerce' as feed, 'K' || i as record_key,
        cast(null as varchar) as union_id, date '0001-01-01' as valid_from, date '9999-12-31' as valid_to,
        'Dcommerce' as source_delivery_id, cast(i as bigint) as source_line
    from city;
create table marts.fct_enterprise_spells as
    select enterprise_id, date '2013-01-01' as valid_from, date '2014-04-01' as valid_to, not is_excluded as in_base,
        cover_kind <> 'none' as is_covered, if(cover_kind = 'none', null, 'U' || i) as union_id, district_code
    from city;
create table marts.fct_enterprise_cover as
    select enterprise_id, 'U' || i as union_id, 'host' as via, 'U' || i as record_key,
        date '2013-06-01' as valid_from, date '2014-04-01' as valid_to
    from city where cover_kind <> 'none';
create table marts.fct_frozen_base as
    select 'B' || i as record_key, '某企业' || i as name, enterprise_id as member_key, enterprise_id, true as in_base
    from city where not is_excluded and i % 10 <> 0;
