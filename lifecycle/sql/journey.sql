-- Find every record of a journey: from one record up to where it began, then down to whatever came of that.
--
-- parameters:
--   workspace uuid: the tenant
--   record uuid: any record of the journey
with recursive up as (
    select
        id,
        origin_id
    from lifecycle_record
    where workspace_id = %(workspace)s and id = %(record)s
    union
    select
        r.id,
        r.origin_id
    from lifecycle_record r
    join up on r.id = up.origin_id
),
down as (
    select id from up
    union
    select r.id from lifecycle_record r
    join down on r.origin_id = down.id
)
select r.* from lifecycle_record r
where r.workspace_id = %(workspace)s and r.id in (select id from down)
