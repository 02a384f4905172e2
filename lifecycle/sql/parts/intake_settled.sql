-- Settle each row: the stages its record enters, and the verdict. What is refused first is refused for that reason.
--
-- places:
--   walk: the stages entered by themselves, one step within the other
-- columns:
--   stage_id: where the record ends
--   path: the stages it enters on the way
--   verdict: created, updated, unchanged, again (in the next wave), or why it is refused
select
    opened.*,
    walked.stage_id,
    walked.path,
    case
        when opened.is_again then 'again'
        when opened.email_of is not null then 'email_taken'
        when opened.is_elsewhere then 'another_pipeline'
        when
            opened.giver_id is not null and ((opened.old).owner_id is distinct from opened.owner_id)
            and (opened.old).owner_id <> opened.giver_id
            then 'not_yours'
        when opened.asked_stage is not null and opened.target_stage_id is null then 'unknown_stage'
        when
            opened.must_stay
            and (
                opened.is_move
                or opened.is_history
                and (opened.history_stages[cardinality(opened.history_stages)] is distinct from opened.old_stage_id)
            )
            then 'handoff_open'
        when not opened.is_open and opened.override_facts is null then 'gate_closed'
        when opened.is_history and not opened.is_new and not opened.is_testimony then 'history_conflicts'
        when opened.is_new then 'created'
        when
            opened.is_changed or opened.is_move or opened.is_history
            or opened.external_id is not null and not opened.is_id_known
            or opened.is_asked_again
            and (opened.new_score <> coalesce(opened.old_score, 0) or cardinality(walked.path) > 0)
            then 'updated'
        else 'unchanged'
    end as verdict
from opened
join lateral (
    select
        case
            when opened.is_history then opened.history_stages[cardinality(opened.history_stages)]
            else walk.last_stage_id
        end as stage_id,
        case when opened.is_history then '{}'::uuid[] else walk.path end as path
    from (/*{walk*/ select opened.start_stage_id as last_stage_id, array[]::uuid[] as path /*}*/) walk
) walked on true
