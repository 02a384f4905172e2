-- Say which step a handoff `h` stands before. A ladder never ends with nobody: at its end it is raised again and again
-- where it has a raise, else the last rung is taken again (one that only told somebody becomes a task); each time as a
-- step of its own.
--
-- columns:
--   action: what the step does
select
    case h.state
        when 'accepted' then 'touch'
        when 'offered' then coalesce(
                h.ladder -> h.next_step ->> 'action',
                case
                    when h.ladder @> '[{"action": "raise"}]' then 'raise'
                    when h.ladder -> -1 ->> 'action' = 'reassign' then 'reassign'
                    else 'task'
                end
            )
    end as action
