-- Say what of the role we serve as could step around row security.
--
-- columns:
--   name: the role
--   is_superuser: whether row security does not bind it
--   bypasses: whether it may bypass row security
--   is_member: whether it belongs to a role that is or may
--   owned: how many tables it owns
select
    mine.rolname as name,
    mine.rolsuper as is_superuser,
    mine.rolbypassrls as bypasses,
    exists(
        select from pg_roles other
        where other.oid <> mine.oid and (other.rolsuper or other.rolbypassrls)
            and pg_has_role(mine.oid, other.oid, 'member')
    ) as is_member,
    (select count(*) from pg_class c where c.relowner = mine.oid and c.relkind in ('r', 'p')) as owned
from pg_roles mine
where mine.rolname = current_user
