-- Say which step a clock `c` stands before. The ladder of an answer never ends with nobody: at its end it is raised
-- again and again where it has a raise, else the last rung is taken again (one that only told somebody becomes a task);
-- each time as a step of its own, for whom it was the last time, and whatever its condition says.
--
-- columns:
--   action: what the step does
--   rung: what of it is not as usual, or null
select
    coalesce(c.rungs -> c.rung ->> 'action', again.action) as action,
    coalesce(
        c.rungs -> c.rung,
        (
            select r.said - 'condition' - 'unless'
            from jsonb_array_elements(c.rungs) with ordinality as r (said, place)
            where r.said ->> 'action' = again.action
            order by r.place desc
            limit 1
        )
    ) as rung
from (
    select
        case
            when c.kind <> 'answer' or c.rungs -> c.rung is not null then null
            when c.rungs @> '[{"action": "raise"}]' then 'raise'
            when c.rungs -> -1 ->> 'action' = 'reassign' then 'reassign'
            else 'task'
        end as action
) again
