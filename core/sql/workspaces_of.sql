-- List every workspace that a person is an active member of; needs no scope.
--
-- parameters:
--   user uuid: the person
-- columns:
--   slug: its address
--   name: its name
--   role: theirs
select slug, name, role from workspaces_of(%(user)s)
