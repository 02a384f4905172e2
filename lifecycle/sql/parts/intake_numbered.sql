-- Give new records their numbers, and say when each record opened and entered its stage.
--
-- places:
--   score_reasons: why the record has its score, as a list of label and points, over `settled`
-- columns:
--   is_written: the record is made or changed
--   now_account_id: its account
--   reasons: why the score changed; null where it did not
--   known_as: the record's number
--   now_opened_at: when it was opened
--   now_entered_at: when it entered its stage
select
    settled.*,
    settled.verdict in ('created', 'updated') as is_written,
    coalesce(settled.account_id, settled.made_account_id) as now_account_id,
    case
        when settled.new_score <> coalesce(settled.old_score, 0) then /*{score_reasons*/ '[]'::jsonb /*}*/
    end as reasons,
    case
        when settled.verdict = 'created'
            then
                (select value from numbers where noun = 'record') + 1
                - row_number() over (partition by settled.verdict order by settled.place desc)
        else settled.number
    end as known_as,
    case
        when settled.is_history then settled.history_moments[1] else coalesce(settled.opened_at, settled.moment)
    end as now_opened_at,
    case
        when settled.is_history then settled.history_moments[cardinality(settled.history_moments)]
        when cardinality(settled.path) > 0 then settled.moment
        else settled.entered_stage_at
    end as now_entered_at
from settled
