-- Lock the seats that have a cap and the people who take so many a day or a week, in one order: a cap is about all
-- handoffs of a person, whatever pool they come from, so those who give to people with a cap do so one after the other.
-- It comes before the locks of the rotation.
--
-- First of all the turns of the workspace are held, which have no row: so pools are never held in different orders, and
-- who does several deeds in one transaction holds them all ahead by this one (decision 224).
--
-- parameters:
--   workspace uuid: the tenant
-- columns:
--   id: the row that is held
with turns as materialized (
    select pg_advisory_xact_lock(hashtextextended(%(workspace)s::text || ' turns', 0)) is not null as are_held
),
seats as materialized (
    select id from workspaces_teamseat
    where workspace_id = %(workspace)s and cap is not null
    order by id
    for no key update
),
people as materialized (
    select id from handoffs_capacity
    where workspace_id = %(workspace)s and (day_cap is not null or week_cap is not null)
    order by id
    for no key update
)
select null::uuid as id from turns
where are_held is null
union all
select id from seats
union all
select id from people
