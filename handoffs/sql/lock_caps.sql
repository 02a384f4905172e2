-- Lock the seats that have a cap, in one order: a cap is about all handoffs of a person, whatever pool they come from,
-- so those who give to people with a cap do so one after the other. It comes before the locks of the rotation.
--
-- parameters:
--   workspace uuid: the tenant
select from workspaces_teamseat
where workspace_id = %(workspace)s and cap is not null
order by id
for no key update;
