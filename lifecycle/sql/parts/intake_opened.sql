-- Ask the gates: of the move that a row asks for, and of every stage that records enter by themselves.
--
-- places:
--   is_open: whether the move asked for may be made, over `scored`; true where none is
--   auto_answers: one boolean per stage that records enter by themselves, `auto_0` and so on, and one per exit on the
--     way there, over `scored`
-- columns:
--   is_move: the row asks for a stage the record is not in
--   is_history: it brings a dated past that is not known yet
--   is_open: its move may be made
select
    scored.*,
    /*{auto_answers*/ scored.new_score > 50 as auto_0, /*}*/
    scored.target_stage_id is not null and (scored.target_stage_id is distinct from scored.old_stage_id) as is_move,
    scored.history_stages is not null and not coalesce(scored.is_told, false) as is_history,
    /*{is_open*/ scored.new_score > 50 /*}*/ as is_open
from scored
