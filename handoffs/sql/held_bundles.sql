-- Say what of somebody's changes hands together: a company of theirs with its open records, the open records that name
-- one company of somebody else, or a record alone. Companies come first, each in the order of its number; one row for
-- all that are alike in whom they may go to.
--
-- parameters:
--   workspace uuid: the tenant
--   member uuid: whose they are
--   has_records boolean: whether records change hands
--   team uuid: of which team the records are; null for any
--   has_accounts boolean: whether companies change hands
--   side text: for which side the companies are theirs; null for each and for none in particular
--   taken jsonb: by record, who else has a handoff of it from now on
--   most integer: how many are named one by one, the first ones
-- columns:
--   sides: the sides for which the company is theirs; null where the company is nobody's or somebody else's
--   teams: the teams of the records, that of the first record first; null where they have none
--   taker: who has the handoff of the first of its records that has one
--   ranks: the places in the order of all, from 1
--   records: how many records each has
--   held: 1 for each that is a company of theirs, else 0
--   keys: the company of each, or the record; of the first ones of all
with sides as (
    select
        o.account_id as id,
        o.function as side
    from lifecycle_accountowner o
    where
        o.workspace_id = %(workspace)s and o.member_id = %(member)s and o.until is null and %(has_accounts)s
        and (%(side)s::text is null or o.function = %(side)s)
    union all
    select
        a.id,
        null as side
    from lifecycle_account a
    where a.workspace_id = %(workspace)s and a.owner_id = %(member)s and %(has_accounts)s and %(side)s::text is null
),

records as (
    select
        r.number,
        r.team_id,
        case when r.account_id is null then r.id else r.account_id end as key,
        taken.by as taker
    from lifecycle_record r
    join lifecycle_stage s on s.workspace_id = r.workspace_id and s.id = r.stage_id and s.category = 'open'
    left join (select each.key::uuid as id, each.value::uuid as by from jsonb_each_text(%(taken)s::jsonb) each) taken
        on taken.id = r.id
    where
        r.workspace_id = %(workspace)s and r.owner_id = %(member)s and %(has_records)s
        and (%(team)s::uuid is null or r.team_id = %(team)s)
),

-- Added up rather than joined: nothing here is known to the planner well enough to choose a join by.
things as (
    select
        held.id as key,
        a.number as company,
        held.sides,
        null::bigint as first,
        0 as records,
        null::uuid as team_id,
        null::uuid as taker
    from (
        select
            id,
            array_agg(side order by side) filter (where side is not null) as sides
        from sides
        group by id
    ) held
    join lifecycle_account a on a.workspace_id = %(workspace)s and a.id = held.id
    union all
    select
        key,
        null as company,
        null as sides,
        min(number) as first,
        count(*)::int as records,
        team_id,
        (array_agg(taker order by number) filter (where taker is not null))[1] as taker
    from records
    group by key, team_id
),

bundles as (
    select
        key,
        row_number() over (
            order by max(company) is null, case when max(company) is null then min(first) else max(company) end
        ) as rank,
        sum(records)::int as records,
        count(company)::int as held,
        max(sides) as sides,
        array_agg(team_id order by first) filter (where team_id is not null) as teams,
        (array_agg(taker order by first) filter (where taker is not null))[1] as taker
    from things
    group by key
)

select
    sides,
    teams,
    taker,
    array_agg(rank order by rank) as ranks,
    array_agg(records order by rank) as records,
    array_agg(held order by rank) as held,
    array_agg(key order by rank) filter (where rank <= %(most)s) as keys
from bundles
group by sides, teams, taker
