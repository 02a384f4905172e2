-- Find who owns the company of a record `r` on one side of the house: that of its domain first, then the one it
-- names, then those above. A side's own owner comes before an owner of no side, who comes last where they are of
-- another side. Names that only look alike are never matched.
--
-- parameters:
--   workspace uuid: the tenant
--   function text: the side
--   asks_accounts bool: whether anybody asks; otherwise nothing is looked for
-- places:
--   standing: whether a row `o` of owners holds
-- columns:
--   owner_id: the owner
--   is_named: whether it is a named account
--   account_name: the company whose owner that is
--   how: by what it was found: domain, name, or parent
with recursive line as (
    select
        * from (
        (
            select
                known.id,
                known.parent_id,
                known.owner_id,
                known.name,
                0 as up,
                1 as line_place,
                'domain' as how
            from (
                select * from lifecycle_account a
                where %(asks_accounts)s
                    and r.domain <> ''
                    and a.workspace_id = %(workspace)s
                    and a.domain = r.domain
                offset 0
            ) known
            order by known.id is distinct from r.account_id, known.number
            limit 1
        )
        union all
        (
            select
                a.id,
                a.parent_id,
                a.owner_id,
                a.name,
                0,
                2,
                'name'
            from lifecycle_account a
            where %(asks_accounts)s and a.workspace_id = %(workspace)s and a.id = r.account_id
            limit 1
        )
    ) found
    union all
    select
        above.id,
        above.parent_id,
        above.owner_id,
        above.name,
        line.up + 1,
        line.line_place,
        'parent'
    from line
    cross join
        lateral (
            select * from lifecycle_account a
            where a.workspace_id = %(workspace)s and a.id = line.parent_id
            limit 1
        ) above
    where line.up < 5
)
select
    held.owner_id,
    held.is_named,
    line.name as account_name,
    line.how
from line
cross join
    lateral (
        select
            o.member_id as owner_id,
            o.is_named,
            0 as rank
        from lifecycle_accountowner o
        where
            o.workspace_id = %(workspace)s and o.account_id = line.id and o.function = %(function)s
            and /*{standing*/ o.until is null /*}*/
        union all
        select
            line.owner_id,
            false,
            case when exists (
                        select from workspaces_team t
                        where
                            t.workspace_id = %(workspace)s and t.function = %(function)s
                            and (
                                t.manager_id = line.owner_id
                                or exists (
                                    select from workspaces_teamseat s
                                    where s.workspace_id = %(workspace)s
                                        and s.team_id = t.id
                                        and s.member_id = line.owner_id
                                )
                            )
                    ) then 1
                else 2
            end
        where line.owner_id is not null
    ) held
order by held.rank = 2, line.up, line.line_place, held.rank
limit 1
