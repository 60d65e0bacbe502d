with unions as (
    select * from {{ ref('int_unions') }}
),

posts as (
    select posts.* from {{ ref('fct_cadre_posts') }} as posts
    inner join unions on posts.union_id = unions.union_id
    where
        posts.is_in_office
        and unions.level = 'grassroots'
        and unions.is_directly_subordinate
        and list_contains({{ policy_list('training.qualification.roles') }}, posts.post)
),

completions as (
    select * from {{ ref('int_training') }}
    where kind = '岗位资格' and is_completed
),

-- Nothing is looked for before an appointment nobody dated.
trained as (
    select
        posts.post_id,
        completions.done_on,
        completions.session_id
    from posts
    inner join completions
        on
            posts.person_id = completions.person_id
            and completions.done_on
            >= {{ add_months('posts.appointed_on', '-' ~ policy_int('training.qualification.lookback_months')) }}
    qualify row_number() over (partition by posts.post_id order by completions.done_on, completions.session_id) = 1
),

joined as (
    select
        posts.*,
        {{ add_months('posts.appointed_on', policy_int('training.qualification.within_months')) }} as due_on,
        trained.done_on as trained_on,
        trained.session_id,
        {{ is_received('training_attendance') }} and {{ is_received('training_sessions') }} as is_training_known
    from posts
    left join trained on posts.post_id = trained.post_id
),

judged as (
    select
        *,
        case
            when not is_training_known then 'feed_not_received'
            when appointed_on is null then 'no_appointed_on'
            when due_on is null then 'no_rule'
        end as reason
    from joined
),

concluded as (
    select
        *,
        case
            when reason is not null then 'not_judged'
            when trained_on is not null then 'trained'
            when due_on <= {{ as_of('valid_on') }} then 'overdue'
            else 'not_due'
        end as status
    from judged
),

final as (
    select
        post_id,
        person_id,
        union_id,
        union_name,
        district_code,
        managing_area,
        post,
        appointed_on,
        due_on,
        trained_on,
        session_id,
        status,
        reason,
        if(reason is null, status = 'overdue', null) as is_overdue,
        if(status = 'trained', trained_on > due_on, null) as is_trained_late,
        if(status = 'overdue', {{ as_of('valid_on') }} - due_on, null) as days_overdue,
        if(status = 'not_due', due_on - {{ as_of('valid_on') }}, null) as days_to_due
    from concluded
)

select * from final
order by post_id
