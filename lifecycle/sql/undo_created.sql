-- Take records away that an import made, with everything it wrote of them.
--
-- The database lets their history go because the events of this transaction say so (docs/decisions/0132). What still
-- points at one of them holds it: the references are asked when the transaction ends.
--
-- parameters:
--   workspace uuid: the tenant
--   records uuid[]: the records
-- columns:
--   gone: how many records went
with
replaced_stays as (
    delete from lifecycle_replacedstay where workspace_id = %(workspace)s and record_id = any(%(records)s)
),
stays as (
    delete from lifecycle_stagestay where workspace_id = %(workspace)s and record_id = any(%(records)s)
),
stay_changes as (
    delete from lifecycle_staychange where workspace_id = %(workspace)s and record_id = any(%(records)s)
),
scores as (
    delete from lifecycle_scorechange where workspace_id = %(workspace)s and record_id = any(%(records)s)
),
touchpoints as (
    delete from lifecycle_touchpoint where workspace_id = %(workspace)s and record_id = any(%(records)s)
),
ids as (
    delete from lifecycle_externalid where workspace_id = %(workspace)s and record_id = any(%(records)s)
),
words as (
    delete from lifecycle_searchtoken where workspace_id = %(workspace)s and record_id = any(%(records)s)
),
records as (
    delete from lifecycle_record where workspace_id = %(workspace)s and id = any(%(records)s)
    returning 1
)
select count(*) as gone from records
