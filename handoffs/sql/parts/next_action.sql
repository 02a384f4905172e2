-- Say which step a clock `c` stands before. The ladder of an answer never ends with nobody: at its end it is raised
-- again and again where it has a raise, else the last rung is taken again (one that only told somebody becomes a task);
-- each time as a step of its own.
--
-- columns:
--   action: what the step does
select
    coalesce(
        c.rungs -> c.rung ->> 'action',
        case
            when c.kind <> 'answer' then null
            when c.rungs @> '[{"action": "raise"}]' then 'raise'
            when c.rungs -> -1 ->> 'action' = 'reassign' then 'reassign'
            else 'task'
        end
    ) as action
