-- List the samples of a kind that adds no money, with the counts of amounts that every sample has.
--
-- places:
--   samples: the samples
-- columns:
--   record_id: whom it is about, and all else that a sample says
--   amounts: none
--   unconverted: none
select
    samples.*,
    0 as amounts,
    0 as unconverted
from (/*{samples*/ select s.id as record_id from scorecard_reading s /*}*/) samples
