-- Tell the value that a journey `x` has of what the funnel is split by.
--
-- parameters:
--   people jsonb: who sits and sat where
--   segment text: source, team or owner
-- parts:
--   place_on_day: where its owner sat
-- columns:
--   value: the value
select
    left(
        coalesce(
            nullif(
                case %(segment)s
                    when 'source' then x.source
                    when 'owner' then %(people)s::jsonb ->> ('=' || x.owner_id::text)
                    else spot.at ->> 'team'
                end,
                ''
            ),
            '(none)'
        ),
        120
    ) as value
from (select x.owner_id, x.team_id) held
cross join lateral (/*{place_on_day*/ select null::jsonb as at /*}*/) spot
