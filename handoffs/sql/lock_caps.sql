-- Lock the seats that have a cap and the people who take so many a day or a week, in one order: a cap is about all
-- handoffs of a person, whatever pool they come from, so those who give to people with a cap do so one after the other.
-- It comes before the locks of the rotation.
--
-- parameters:
--   workspace uuid: the tenant
-- columns:
--   id: the row that is held
with seats as materialized (
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
select id from seats
union all
select id from people
