with source as (
    {{ in_force('organisations') }}
),

renamed as (
    select
        record_key,
        name,
        name_canonical,
        -- The organisation code inside, so that a union that gives the old code is found too.
        uscc_org as org_code,
        kind,
        left(division_code, 6) as division_code,
        {{ usable_date('established_on') }} as established_on,
        coalesce(status, '') as status,
        {{ usable_date('ended_on') }} as ended_on,
        {{ usable_count('staff_count') }} as staff_count
    from source
)

select * from renamed
