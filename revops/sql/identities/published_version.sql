-- The workspace stands at its newest published version, and versions are numbered without a gap.
--
-- parameters:
--   workspace uuid: the tenant
-- columns:
--   what: where it is broken
select 'version ' || w.blueprint_version as what
from workspaces_workspace w
left join (
    select max(number) as newest, count(*) as many
    from blueprint_blueprintversion
    where workspace_id = %(workspace)s
) v on true
where w.id = %(workspace)s and (w.blueprint_version <> coalesce(v.newest, 0) or v.many <> w.blueprint_version)
