-- What one question of several was answered, to stand beside the answers to the others.
--
-- parameters:
--   asked int: which question
-- places:
--   folded: its sums by day, segment and segment value
-- columns:
--   asked: which question
--   day: of its sums, as all that follows
select
    %(asked)s as asked,
    folded.*
from (/*{folded*/ select current_date as day /*}*/) folded
