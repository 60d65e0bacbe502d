-- What each status text in the files means: the first word of the list it contains decides,
-- inactive words first, so that 吊销，未注销 is 吊销. A text that contains none is unknown.
with texts as (
    select status from {{ ref('stg_commerce') }}
    where status is not null
    union
    select status from {{ ref('stg_union_organisations') }}
    where status is not null
),

words as (
    select * from {{ ref('status_words') }}
),

final as (
    select
        texts.status,
        coalesce(arg_min(words.effect, words.priority), 'unknown') as effect
    from texts
    left join words on contains(texts.status, words.word)
    group by texts.status
)

select * from final
