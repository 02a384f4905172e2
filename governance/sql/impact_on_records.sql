-- Answer everything about the records that two versions may see differently, by one replay worked out once: who would
-- qualify, what became of those who differ, and where their handoffs would go. Each answer is a list of objects.
--
-- The serving role may make no temporary table, since a temporary table is what a function that names its tables
-- carelessly would read first.
--
-- parameters:
--   workspace uuid: the tenant
--   zone text: the workspace's time zone
--   is_gate_changed boolean: whether the gate is asked about
--   is_routed boolean: whether the routing is asked about
--   seam uuid: the seam at the gate, or null where none is there by the version in force
--   is_new boolean: whether a seam comes there: who came to the stage in the stretch counts as offered by it
--   old_seam uuid: the seam there by the version in force, or null
--   onward uuid[]: the stages beyond acceptance
--   since timestamptz: the beginning of the stretch
--   old_targets text[]: where each routing rule leads by the version in force
--   new_targets text[]: where each leads by the proposed one
--   most int: how many examples
-- places:
--   replayed: the records as both versions see them
--   converted: an amount won in the reporting currency
-- columns:
--   counts: how many qualify by either version
--   outcomes: what became of those who differ
--   examples: some of those who differ
--   histogram: how many have which score
--   routes: the handoffs of the stretch by the rules that either version would choose
--   rerouted: some of those that would go elsewhere
with replayed as materialized (
    /*{replayed*/
    select
        r.*,
        true as old_meets,
        true as new_meets,
        true as old_enters,
        true as new_enters,
        false as is_decided,
        1 as old_points,
        1 as new_points, 1 as old_route, 1 as new_route, r.owner_id as account_owner_id
    from lifecycle_record r
    /*}*/
),
differing as (select * from replayed where old_meets <> new_meets),
counts as (
    select
        count(*) as considered,
        count(*) filter (where old_meets) as before,
        count(*) filter (where new_meets) as after,
        count(*) filter (where is_decided) as decided,
        count(*) filter (where is_decided and old_meets) as decided_alike,
        count(*) filter (where new_enters and not old_enters) as would_enter,
        count(*) filter (where old_enters and not new_enters) as would_not_enter
    from replayed
),
outcomes as (
    select
        d.new_meets as is_gained,
        count(*) as count,
        count(*) filter (where h.accepted) as accepted,
        count(*) filter (where h.rejected) as rejected,
        count(*) filter (where h.open) as open,
        count(*) filter (where onward.is_so) as onward,
        count(*) filter (where s.category = 'won') as won,
        coalesce(sum(worth.amount) filter (where s.category = 'won'), 0) as won_amount,
        coalesce(sum(worth.unconverted) filter (where s.category = 'won'), 0) as unconverted,
        count(*) filter (where d.new_enters) as enters_now
    from differing d
    join lifecycle_stage s on s.workspace_id = %(workspace)s and s.id = d.stage_id
    left join lateral (
        select
            bool_or(h.state = 'accepted') as accepted,
            bool_or(h.state = 'rejected') as rejected,
            bool_or(h.state = 'offered') as open
        from handoffs_handoff h
        where h.workspace_id = %(workspace)s and h.record_id = d.id and h.seam_id = %(seam)s
    ) h on true
    left join lateral (
        select
            exists(
                select from lifecycle_stagestay y
                where y.workspace_id = %(workspace)s and y.record_id = d.id and y.stage_id = any(%(onward)s)
            ) as is_so
    ) onward on true
    left join lateral (
        select
            sum(money.amount) as amount,
            sum(money.unconverted) as unconverted
        from lifecycle_record f
        join lifecycle_stage won on won.workspace_id = f.workspace_id and won.id = f.stage_id
        cross join
            lateral (
                select
                    f.amount,
                    f.currency,
                    (f.entered_stage_at at time zone %(zone)s)::date as day
            ) m
        cross join lateral (/*{converted*/ select m.amount, 0 as unconverted /*}*/) money
        where f.workspace_id = %(workspace)s and f.origin_id = d.id and won.category = 'won'
    ) worth on true
    group by d.new_meets
),
examples as (
    select
        d.number,
        d.name,
        s.label as stage,
        array[d.old_points, d.new_points] as points,
        d.old_meets as before,
        d.new_meets as after,
        coalesce(
            (
                select h.state from handoffs_handoff h
                where h.workspace_id = %(workspace)s and h.record_id = d.id and h.seam_id = %(seam)s
                order by h.offered_at desc
                limit 1
            ),
            ''
        ) as handoff
    from differing d
    join lifecycle_stage s on s.workspace_id = %(workspace)s and s.id = d.stage_id
    order by s.category = 'won' desc, d.number desc
    limit %(most)s
),
histogram as (
    select
        width,
        count(*) filter (where is_old) as before,
        count(*) filter (where not is_old) as after
    from (
        select
            old_points / 5 * 5 as width,
            true as is_old
        from replayed
        union all
        select
            new_points / 5 * 5 as width,
            false as is_old
        from replayed
    ) points
    group by width
    order by width
),
-- What the change adds or takes away is counted beside what was offered.
routes as (
    select
        d.old_route,
        d.new_route,
        d.account_owner_id,
        d.owner_id,
        count(*) filter (where h.id is not null and h.seam_id = %(old_seam)s) as was,
        count(*) filter (where h.id is not null and not (d.old_meets and not d.new_meets)) as stays,
        count(*) filter (where h.id is null) as comes
    from replayed d
    left join handoffs_handoff h
        on h.workspace_id = %(workspace)s and h.record_id = d.id and h.seam_id = %(seam)s
        and h.offered_at >= %(since)s
    where
        h.id is not null or (d.new_enters and not d.old_enters)
        or %(is_new)s and d.is_decided and not (d.old_meets and not d.new_meets)
    group by d.old_route, d.new_route, d.account_owner_id, d.owner_id
),
rerouted as (
    select
        d.number,
        d.name,
        h.number as handoff,
        d.old_route,
        d.new_route
    from replayed d
    join handoffs_handoff h on h.workspace_id = %(workspace)s and h.record_id = d.id and h.seam_id = %(seam)s
    where
        h.offered_at >= %(since)s
        and (%(old_targets)s::text[])[d.old_route + 1] is distinct from (%(new_targets)s::text[])[d.new_route + 1]
    order by h.offered_at desc
    limit %(most)s
)
select
    case when %(is_gate_changed)s then (select json_agg(counts) from counts) end as counts,
    case when %(is_gate_changed)s then (select json_agg(outcomes) from outcomes) end as outcomes,
    case when %(is_gate_changed)s then (select json_agg(examples) from examples) end as examples,
    case when %(is_gate_changed)s then (select json_agg(histogram) from histogram) end as histogram,
    case when %(is_routed)s then (select json_agg(routes) from routes) end as routes,
    case when %(is_routed)s then (select json_agg(rerouted) from rerouted) end as rerouted
