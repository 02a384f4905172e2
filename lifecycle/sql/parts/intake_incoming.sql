-- Read the rows of one wave, each of another record, as `lifecycle/intake/row_schema.py` writes them. What a row does
-- not say is null.
--
-- parameters:
--   rows jsonb: the rows
-- columns:
--   place: the row's place in the wave; `line` is its place in the file or the call
--   record_id: a record already known
--   system: which system speaks; `external_id` is how it calls the record
--   sought_email: the address that the record is known by (leads only)
--   sought_domain: the domain that the account is known by
--   company_key: what names of companies are compared by
--   core: the columns it sets; null clears one
--   new_properties: what it sets; `filling_properties` where nothing is set yet, `refused_properties` not at all
--   cleared_keys: the properties it clears
--   fallback_name: a name for a new record that has none; `mail_domain` is the domain of its address
--   asked_pipeline_id: the pipeline it names; `usual_pipeline_id` is where a new record belongs
--   asked_stage: the key of the stage to enter
--   history_stages: the stages of a dated past, oldest first; `history_moments` says when each was entered
--   loss_reason: explains a loss at the gate; `kept_reason` stays with the stay, `note` with the event
--   override_facts: what the event keeps of a gate that is passed over
--   origin_id: the record it came from
--   giver_id: who gives it an owner, where they may give only what is their own
--   is_made: the journey makes the record in the stage that the blueprint names
--   is_asked_again: nothing is said; score and open stages are asked again
--   must_stay: somebody's answer is awaited, so the record keeps its stage
select incoming.*
from jsonb_to_recordset(%(rows)s) as incoming (
        place int, line int, record_id uuid, kind text, system text, external_id text, sought_email text,
        sought_domain text, company_name text, company_key text, company_domain text, core jsonb,
        new_properties jsonb, filling_properties jsonb, refused_properties jsonb, cleared_keys text[],
        fallback_name text, mail_domain text, asked_pipeline_id uuid, usual_pipeline_id uuid, asked_stage text,
        history_stages uuid[], history_moments timestamptz[], loss_reason text, kept_reason text, note text,
        override_facts jsonb, origin_id uuid, giver_id uuid, is_made boolean,
        is_asked_again boolean, must_stay boolean
    )
