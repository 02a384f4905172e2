-- Where a record stands before it goes on by itself: `walk` for a row of `opened`.
--
-- columns:
--   last_stage_id: the stage it stands in now
--   path: the stages entered so far; a new record enters the first of its pipeline on its way
--   goes_on: whether it is asked to go on by itself
select
    opened.start_stage_id as last_stage_id,
    case
        when opened.is_new and opened.from_stage_id is not null
            then array[opened.from_stage_id, opened.start_stage_id]
        when opened.is_new or opened.is_move then array[opened.start_stage_id]
        else '{}'::uuid[]
    end as path,
    (opened.is_new or opened.is_changed or opened.is_move or opened.is_asked_again is true)
    and opened.history_stages is null and opened.must_stay is not true as goes_on
