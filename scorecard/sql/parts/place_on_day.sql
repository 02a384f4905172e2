-- Find where who has a sample sat on its day: in the record's own team where they sat in it, else in their first seat,
-- else the record's team. A list among the people has one place for each stretch of days.
--
-- parameters:
--   people jsonb: who sits and sat where
-- columns:
--   at: team, region and manager
select
    coalesce(
        case
            when jsonb_typeof(seat.own) = 'array'
                then (
                    select span -> 'at' from jsonb_array_elements(seat.own) span
                    where seat.day >= (span ->> 'from')::date and seat.day < (span ->> 'until')::date
                    limit 1
                )
            else seat.own
        end,
        case
            when jsonb_typeof(seat.usual) = 'array'
                then (
                    select span -> 'at' from jsonb_array_elements(seat.usual) span
                    where seat.day >= (span ->> 'from')::date and seat.day < (span ->> 'until')::date
                    limit 1
                )
            else seat.usual
        end,
        seat.of_team
    ) as at
from (
    select
        x.day,
        %(people)s::jsonb -> (held.owner_id::text || '/' || held.team_id::text) as own,
        %(people)s::jsonb -> held.owner_id::text as usual,
        %(people)s::jsonb -> ('/' || held.team_id::text) as of_team
) seat
offset 0
