-- Let the next scan offer again what came back, where the record's score has risen since.
--
-- parameters:
--   workspace uuid: the tenant
--   records uuid[]: records that were scored
--   at timestamptz: the moment
update handoffs_handoff h
set again_at = %(at)s
where
    h.workspace_id = %(workspace)s and h.record_id = any(%(records)s) and h.again_at > %(at)s
    and h.state in ('rejected', 'recalled')
    and exists (
        select from lifecycle_scorechange c
        where
            c.workspace_id = h.workspace_id and c.record_id = h.record_id
            and c.at >= h.answered_at and c.after > c.before
    )
