"""The only time travel there is: a handoff as if it had been offered earlier. Steps already taken keep their times."""

OFFERED_EARLIER = """
update handoffs_handoff set offered_at = offered_at - %(by)s, due_at = due_at - %(by)s,
    touch_due_at = touch_due_at - %(by)s
where id = %(handoff)s;
update handoffs_clock set started_at = started_at - %(by)s, due_at = due_at - %(by)s,
    next_rung_at = next_rung_at - %(by)s,
    rungs = (select jsonb_agg(
                 case when place <= rung then step
                 else step || jsonb_build_object('at', (step ->> 'at')::timestamptz - %(by)s) end order by place)
             from jsonb_array_elements(rungs) with ordinality as steps (step, place))
where handoff_id = %(handoff)s and stopped_at is null
"""
