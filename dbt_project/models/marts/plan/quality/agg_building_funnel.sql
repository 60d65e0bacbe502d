with unions as (
    select * from {{ ref('int_unions') }}
    where is_normal and kind in ('单独', '联合')
),

items as (
    select
        union_id,
        bool_or(item = '职代会') as has_workers_congress,
        bool_or(item = '集体合同') as has_collective_contract,
        bool_or(item = '厂务公开') as has_openness,
        bool_or(item = '职工之家') as has_home,
        bool_or(item = '会员评家' and result in ('满意', '基本满意')) as has_home_rating,
        bool_or(item = '规范化建设典型') as is_model_unit
    from {{ ref('stg_institution_building') }}
    where
        started_on <= {{ as_of('valid_on') }}
        and (ended_on is null or ended_on > {{ as_of('valid_on') }})
    group by union_id
),

graded as (
    select union_id from {{ ref('fct_five_good_grades') }}
    where state in ('valid', 'recheck_overdue')
),

members as (
    select
        coalesce(unions.district_code, 'unknown') as district,
        coalesce(unions.host_ownership, 'unknown') as ownership,
        coalesce(items.has_workers_congress, false) as workers_congress,
        coalesce(items.has_collective_contract, false) as collective_contract,
        coalesce(items.has_openness, false) as openness,
        workers_congress and collective_contract and openness as institutions,
        institutions and coalesce(items.has_home, false) as home,
        home and coalesce(items.has_home_rating, false) as home_rated,
        coalesce(items.is_model_unit, false) as model_unit,
        graded.union_id is not null as five_good
    from unions
    left join items on unions.union_id = items.union_id
    left join graded on unions.union_id = graded.union_id
),

spread as (
    {{ spread('members', {'district': 'district', 'ownership': 'ownership'}) }}
),

counted as (
    select
        grouping_kind,
        group_code,
        count(*) as founded,
        count(*) filter (workers_congress) as workers_congress,
        count(*) filter (collective_contract) as collective_contract,
        count(*) filter (openness) as openness,
        count(*) filter (institutions) as institutions,
        count(*) filter (home) as home,
        count(*) filter (home_rated) as home_rated,
        count(*) filter (model_unit) as model_unit,
        count(*) filter (five_good) as five_good,
        count(*) as n_unions
    from spread
    group by grouping_kind, group_code
),

stages (stage, stage_no, is_step, previous) as (
    values
    ('founded', 1, true, null),
    ('workers_congress', 2, false, null),
    ('collective_contract', 3, false, null),
    ('openness', 4, false, null),
    ('institutions', 5, true, 'founded'),
    ('home', 6, true, 'institutions'),
    ('home_rated', 7, true, 'home'),
    ('model_unit', 8, false, null),
    ('five_good', 9, false, null)
),

stacked as (
    unpivot counted
    on founded, workers_congress, collective_contract, openness, institutions, home, home_rated, model_unit, five_good
    into name stage value n_reached
),

known as (
    select
        {{ is_received('union_organisations') }} as is_founded_known,
        {{ is_received('institution_building') }} as is_known,
        {{ is_received('five_good_grades') }} as is_graded_known
),

groups as (
    select * from {{ ref('int_groups') }}
),

joined as (
    select
        stacked.*,
        stages.stage_no,
        stages.is_step,
        before.n_reached as n_before,
        case stacked.stage
            when 'founded' then known.is_founded_known
            when 'five_good' then known.is_graded_known
            else known.is_known
        end as is_known
    from stacked
    inner join stages on stacked.stage = stages.stage
    left join stacked as before
        on
            stages.previous = before.stage
            and stacked.grouping_kind = before.grouping_kind
            and stacked.group_code = before.group_code
    cross join known
),

final as (
    select
        {{ as_of('valid_on') }} as valid_on,
        joined.grouping_kind as "grouping",
        joined.group_code,
        coalesce(groups.group_name, joined.group_code) as group_name,
        joined.stage,
        cast(joined.stage_no as bigint) as stage_no,
        joined.is_step,
        joined.n_unions,
        if(joined.is_known, joined.n_reached, null) as n_reached,
        if(joined.is_known, {{ rate('joined.n_reached', 'joined.n_unions') }}, null) as rate_of_all,
        if(joined.is_known, {{ rate('joined.n_reached', 'joined.n_before') }}, null) as rate_of_previous,
        {{ judged_status('joined.is_known', 'joined.n_unions') }}
    from joined
    left join groups on joined.grouping_kind = groups.grouping_kind and joined.group_code = groups.group_code
)

select * from final
order by "grouping", group_code, stage
