-- Show the records as they are, asked at one moment.
--
-- parameters:
--   asked_at timestamptz: the moment
-- columns:
--   moment: when they are asked
select
    x.*,
    %(asked_at)s::timestamptz as moment
from lifecycle_record x
