-- Say of each of the statement's `given` records that it was offered, and to whom.
--
-- parameters:
--   seam_key text: how events call it
--   at timestamptz: the moment
--   by uuid: the member who offers, or null
--   version int: the blueprint version in force
--   request_id text: the request that caused it
-- columns:
--   kind: handoff.offered
--   subject_kind: handoff
--   subject_id: the handoff
--   record_id: its record
--   actor_id: who offers
--   at: the moment
--   facts: its number, seam, assignee, cause and due time
--   blueprint_version: the version in force
--   request_id: the request that caused it
select
    'handoff.offered' as kind,
    'handoff' as subject_kind,
    given.handoff_id as subject_id,
    given.id as record_id,
    %(by)s::uuid as actor_id,
    %(at)s as at,
    jsonb_build_object(
        'number', numbers.value - wanted_numbers.amount + given.given_place, 'seam', %(seam_key)s,
        'assignee', people_here.name, 'cause', given.cause, 'due_at', given.due
    ) as facts,
    %(version)s as blueprint_version,
    %(request_id)s as request_id
from given
cross join numbers
cross join wanted_numbers
left join people_here on people_here.id = given.assignee_id
