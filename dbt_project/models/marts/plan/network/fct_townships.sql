with streets as (
    select
        street_code,
        name,
        district_code
    from {{ ref('area_streets') }}
    where
        (valid_from is null or valid_from <= {{ as_of('valid_on') }})
        and (valid_to is null or valid_to > {{ as_of('valid_on') }})
),

reported as (
    select * from {{ ref('stg_townships') }}
),

registered as (
    select
        street_code,
        count(*) as n_firms,
        coalesce(sum(staff_count), 0) as n_staff,
        count(*) filter (staff_count is null) as n_staff_unknown,
        count(*) filter (is_covered) as n_covered
    from {{ ref('int_enterprises') }}
    where in_base_live and street_code is not null
    group by street_code
),

federations as (
    select
        territory_code as street_code,
        union_id
    from {{ ref('int_territorial_unions') }}
    where territory = 'street'
),

listed as (
    select street_code from streets
    union
    select street_code from reported
),

joined as (
    select
        listed.street_code,
        coalesce(streets.name, reported.street_name) as street_name,
        streets.district_code,
        reported.firm_count as n_firms_reported,
        reported.staff_count as n_staff_reported,
        coalesce(registered.n_firms, 0) as n_firms_registered,
        cast(coalesce(registered.n_staff, 0) as bigint) as n_staff_registered,
        coalesce(registered.n_staff_unknown, 0) as n_staff_unknown,
        if({{ is_received('union_organisations') }}, coalesce(registered.n_covered, 0), null) as n_covered,
        reported.firm_count is not null and reported.staff_count is not null as is_reported,
        federations.union_id as federation_union_id,
        if({{ is_received('union_organisations') }}, federations.union_id is not null, null) as has_federation,
        reported.village_count as n_villages,
        reported.village_union_count as n_village_unions,
        reported.delivery_id,
        reported.line
    from listed
    left join streets on listed.street_code = streets.street_code
    left join reported on listed.street_code = reported.street_code
    left join registered on listed.street_code = registered.street_code
    left join federations on listed.street_code = federations.street_code
),

based as (
    select
        *,
        if(is_reported, n_firms_reported, n_firms_registered) as n_firms,
        if(is_reported, n_staff_reported, n_staff_registered) as n_staff,
        {{ policy_int('township.federation.min_firms') }} as min_firms,
        {{ policy_int('township.federation.min_staff') }} as min_staff
    from joined
),

judged as (
    select
        *,
        case
            when min_firms is null or min_staff is null then 'no_rule'
            -- More head counts might make up what is lacking in staff, never what is lacking in firms.
            when not is_reported and n_firms >= min_firms and n_staff < min_staff and n_staff_unknown > 0
                then 'staff_unknown'
        end as reason
    from based
),

concluded as (
    select
        *,
        case
            when reason is not null then 'not_judged'
            when n_firms >= min_firms and n_staff >= min_staff then 'met'
            else 'not_met'
        end as condition_status
    from judged
),

classes as (
    select * from {{ ref('guidance_classes') }}
    where scheme = 'township'
),

classed as (
    select
        concluded.*,
        classes.class_code,
        classes.guidance
    from concluded
    inner join classes
        on
            (classes.min_firms is null and classes.min_staff is null)
            or concluded.n_firms >= classes.min_firms
            or concluded.n_staff >= classes.min_staff
    qualify row_number() over (partition by concluded.street_code order by classes.priority) = 1
),

final as (
    select
        street_code,
        street_name,
        district_code,
        n_firms_reported,
        n_staff_reported,
        n_firms_registered,
        n_staff_registered,
        n_staff_unknown,
        n_covered,
        n_firms,
        n_staff,
        if(is_reported, 'reported', 'register') as figures_basis,
        condition_status,
        reason,
        federation_union_id,
        has_federation,
        if(reason is null, condition_status = 'met' and not has_federation, null) as should_found,
        n_villages,
        n_village_unions,
        {{ rate('n_village_unions', 'n_villages') }} as village_rate,
        class_code,
        guidance,
        delivery_id as source_delivery_id,
        cast(line as bigint) as source_line
    from classed
)

select * from final
order by street_code
