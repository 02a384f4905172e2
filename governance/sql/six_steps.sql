-- Ask what a workspace can show for each of the six steps. One row.
--
-- parameters:
--   workspace uuid: the tenant
--   sides text[]: the functions that hand over to one another
--   emails text[]: the addresses of those who own a seam or a metric
-- columns:
--   people: how many people can sign in
--   functions: in how many of these functions somebody sits
--   owners: how many of the owners are here
--   versions: how many versions were published
--   records: whether there are records
--   answers: whether a handoff was answered
--   readers: how many people have opened the scorecard
--   followed_up: whether a task was closed
select
    (
        select count(*) from workspaces_member m
        where m.workspace_id = %(workspace)s and m.is_active and m.kind = 'person' and m.user_id is not null
    ) as people,
    (
        select count(distinct t.function) from workspaces_team t
        join workspaces_teamseat x on x.workspace_id = t.workspace_id and x.team_id = t.id
        join workspaces_member m on m.workspace_id = x.workspace_id and m.id = x.member_id
        where
            t.workspace_id = %(workspace)s and m.is_active and m.kind = 'person'
            and t.function = any(%(sides)s)
    ) as functions,
    (
        select count(*) from workspaces_member m
        where m.workspace_id = %(workspace)s and m.is_active and m.email = any(%(emails)s)
    ) as owners,
    (select count(*) from blueprint_blueprintversion v where v.workspace_id = %(workspace)s) as versions,
    -- by number, so that an index is walked and not the rows of others
    (
        select r.number from lifecycle_record r
        where r.workspace_id = %(workspace)s
        order by r.number
        limit 1
    ) is not null as records,
    exists(
        select from handoffs_handoff h
        where h.workspace_id = %(workspace)s and h.state in ('accepted', 'rejected')
    ) as answers,
    (
        select count(distinct v.member_id) from scorecard_scorecardview v
        where v.workspace_id = %(workspace)s
    ) as readers,
    exists(select from handoffs_task t where t.workspace_id = %(workspace)s and t.done_at is not null) as followed_up
