with source as (
    {{ in_force('union_elections') }}
),

renamed as (
    select
        record_key,
        {{ union_key('union_no') }} as union_id,
        name,
        nullif(kind, '') as kind,
        term_no,
        elected_on,
        term_years,
        nullif(method, '') as method,
        nullif(meeting, '') as meeting,
        member_count,
        entitled_count,
        present_count,
        chair_candidates,
        chair_seats,
        chair_votes,
        notice_from,
        notice_to,
        nullif(excluded_role, '') as excluded_role,
        nullif(secret_ballot, '') as secret_ballot,
        committee_candidates,
        committee_seats,
        nullif(chair_rank, '') as chair_rank,
        approved_on,
        approval_no,
        delivery_id,
        line
    from source
)

select * from renamed
