-- Tell people: every row of the statement's `people_told`, several of one kind as one notice. Nobody is told of what
-- they did themselves. This is the only place where notices are written.
--
-- parameters:
--   workspace uuid: the tenant
insert into notices_notice (workspace_id, member_id, kind, title, about, number, due_at, at)
select
    %(workspace)s,
    member_id,
    kind,
    left(
        case count(*)
            when 1 then min(title)
            else count(*) || ' ' || about || 's: ' || string_agg(distinct place, ', ' order by place)
        end,
        300
    ),
    about,
    case count(*) when 1 then min(number) end,
    min(due_at),
    max(at)
from people_told
where member_id is not null and member_id is distinct from actor_id
group by member_id, kind, about
