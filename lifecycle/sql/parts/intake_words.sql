-- Split what a record is searched by into words: its name, addresses, number, account and ids in other systems. Only
-- records where one of these changed are listed.
--
-- parameters:
--   workspace uuid: the tenant
-- columns:
--   id: the record
--   tokens: its words, in lower case
select
    ready.id,
    ready.is_new,
    word.tokens
from ready
join lateral (
    select array_agg(distinct left(split.token, 60)) as tokens
    from regexp_split_to_table(
            lower(
                concat_ws(
                    ' ', ready.name, ready.email, ready.domain, ready.account_name, ready.account_domain,
                    ready.external_id, ready.known_as,
                    (
                        select string_agg(external.value, ' ') from lifecycle_externalid external
                        where external.workspace_id = %(workspace)s and external.record_id = (ready.old).id
                    )
                )
            ),
            '[^[:alnum:]]+'
        ) as split (token)
    where split.token <> ''
) word on true
where
    ready.is_new or ready.external_id is not null and not ready.is_id_known
    or (ready.old).account_id is distinct from ready.now_account_id
    or (ready.name, ready.email, ready.domain)
    is distinct from ((ready.old).name, (ready.old).email, (ready.old).domain)
