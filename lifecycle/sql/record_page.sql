-- List records as the API shows them, newest first: one page after a mark.
--
-- A filter that was not asked for is null. Values are written into the text that is planned, so the planner drops the
-- condition of such a filter and the others use their index.
--
-- parameters:
--   workspace uuid: the tenant
--   kinds text[]: which kinds of record
--   stages uuid[]: the stages they may stand in, or null
--   pipelines uuid[]: the pipelines they may be in, or null
--   is_ownerless boolean: those alone that nobody owns
--   owner text: the owner's e-mail address, or null
--   source text: where they came from, or null
--   email text: their address, in lower case, or null
--   external_id text: how another system calls them, or null
--   system text: which system, or null for any
--   after_at timestamptz: when the last record of the page before was made, or null
--   after_id uuid: its id
--   size int: how many are listed
-- parts:
--   record_json: the record as JSON
-- columns:
--   created_at: when it was made
--   id: the record
--   json: the record as JSON
select
    page.created_at as created_at,
    page.id as id,
    shown.json
from (
    select
        newest.created_at,
        newest.id,
        found.record
    from (
        -- The newest keys of each kind, stage and owner come through an index that begins with what was asked and ends
        -- with the order, then the newest of those: no sort over all records, and no walk that finds nothing.
        select
            newest.created_at,
            newest.id
        from unnest(%(kinds)s::text[]) as wanted (kind)
        left join lifecycle_stage stage
            on (%(stages)s::uuid[] is not null or %(pipelines)s::uuid[] is not null)
            and stage.workspace_id = %(workspace)s
            and (%(stages)s::uuid[] is null or stage.id = any(%(stages)s::uuid[]))
            and (%(pipelines)s::uuid[] is null or stage.pipeline_id = any(%(pipelines)s::uuid[]))
        left join workspaces_member member
            on %(owner)s is not null and member.workspace_id = %(workspace)s and member.email = %(owner)s
        join lateral (
            select
                r.created_at,
                r.id
            from lifecycle_record r
            where
                r.workspace_id = %(workspace)s and r.kind = wanted.kind
                and (%(stages)s::uuid[] is null and %(pipelines)s::uuid[] is null or r.stage_id = stage.id)
                and (not %(is_ownerless)s or r.owner_id is null)
                and (%(owner)s is null or r.owner_id = member.id)
                and (%(source)s is null or r.source = %(source)s and r.source <> '')
                and (%(email)s is null or r.email = %(email)s and r.email <> '')
                and (
                    %(external_id)s is null
                    or r.id = any(
                        array(
                            select external.record_id from lifecycle_externalid external
                            where
                                external.workspace_id = %(workspace)s and external.value = %(external_id)s
                                and (%(system)s is null or external.system = %(system)s)
                        )
                    )
                )
                and (
                    %(after_at)s::timestamptz is null
                    or (r.created_at, r.id) < (%(after_at)s::timestamptz, %(after_id)s::uuid)
                )
            order by r.created_at desc, r.id desc
            limit %(size)s
        ) newest on true
        order by newest.created_at desc, newest.id desc
        limit %(size)s
    ) newest
    join lateral (
        -- The fence keeps the look-up by key out of the choice of a plan for finding the keys.
        select r as record from lifecycle_record r
        where r.workspace_id = %(workspace)s and r.id = newest.id
        offset 0
    ) found on true
) page
left join lateral (/*{record_json*/ select page.record::text as json /*}*/) shown on true
order by page.created_at desc, page.id desc
