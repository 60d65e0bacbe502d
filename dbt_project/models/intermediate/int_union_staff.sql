-- The head count in the register of an enterprise's own union, by spell; of several unions the one
-- that would speak for its cover, if it states a count.
with own_unions as (
    select * from {{ ref('int_cover_pieces') }}
    where cover_kind = 'own'
),

versions as (
    select
        *,
        {{ usable_count('staff_count') }} as usable_count
    from {{ ref('int_union_versions') }}
),

-- A content still asserted is as old as its last assertion, not as its first.
counted as (
    select
        own_unions.enterprise_id,
        own_unions.union_id,
        own_unions.founded_on,
        versions.usable_count as staff_count,
        if(
            versions.valid_to > {{ as_of('valid_on') }},
            least(greatest(versions.asserted_on, versions.last_seen_on), {{ as_of('valid_on') }}),
            versions.asserted_on
        ) as staff_as_of,
        greatest(versions.valid_from, versions.asserted_on, own_unions.valid_from) as valid_from,
        least(
            versions.valid_to,
            own_unions.valid_to,
            {{ expires_on(
                'greatest(versions.asserted_on, versions.last_seen_on)', policy_int('staff.max_age_months.union')
            ) }}
        ) as valid_to
    from own_unions
    inner join versions on own_unions.union_id = versions.union_id
    where versions.usable_count is not null
),

usable as (
    select * from counted
    where valid_from < valid_to and valid_from < {{ as_of('until_on') }}
),

final as (
    {{ best_spells(
        'usable',
        'enterprise_id',
        ['staff_count', 'staff_as_of', 'union_id'],
        'founded_on, union_id, staff_as_of desc',
        upper=as_of('until_on'),
    ) }}
)

select * from final
