-- Count the records that stand in a stage and meet its gate, by either version. Nobody is moved.
--
-- parameters:
--   most int: how many examples
-- parts:
--   scored_records: the records of the stage
-- places:
--   old_meets: whether the gate's lines hold by the version in force
--   new_meets: whether they hold by the proposed one
-- columns:
--   records: how many stand there
--   failing_before: how many do not meet the gate by the version in force
--   failing_after: how many would not by the proposed one
--   newly_failing: how many would meet it no longer
--   newly_passing: how many would meet it only now
--   examples: some of those who differ
with judged as materialized (
    select
        w.number,
        w.name,
        /*{old_meets*/ true /*}*/ as was,
        /*{new_meets*/ true /*}*/ as would
    from (/*{scored_records*/ select r.* from lifecycle_record r /*}*/) w
)
select
    count(*) as records,
    count(*) filter (where not was) as failing_before,
    count(*) filter (where not would) as failing_after,
    count(*) filter (where was and not would) as newly_failing,
    count(*) filter (where would and not was) as newly_passing,
    (
        select
            coalesce(
                json_agg(
                    json_build_object(
                        'number', example.number, 'name', example.name, 'before', example.was, 'after', example.would
                    )
                ),
                '[]'
            )
        from (select * from judged where was <> would order by number desc limit %(most)s) example
    ) as examples
from judged
