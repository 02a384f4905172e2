-- Tell each who was given one of the statement's `given` records.
--
-- parameters:
--   seam_label text: how people call the seam
--   at timestamptz: the moment
--   by uuid: the member who offers, or null
-- columns:
--   member_id: who is told, or null where it waits in a queue
--   kind: offered
--   title: the record, and the seam
--   place: the seam, which several have in common
--   about: handoff
--   number: its number
--   due_at: when it must be answered
--   at: the moment
--   actor_id: who offers
select
    given.assignee_id as member_id,
    'offered' as kind,
    given.name || ' (' || %(seam_label)s || ')' as title,
    %(seam_label)s as place,
    'handoff' as about,
    numbers.value - wanted_numbers.amount + given.given_place as number,
    given.due as due_at,
    %(at)s as at,
    %(by)s as actor_id
from given
cross join numbers
cross join wanted_numbers
