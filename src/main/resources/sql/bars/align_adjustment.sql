-- Of splits that an answer has shown to be in the history, or not to be yet, all older bars say the same.
with judged as (
  select ex_ts, applied from jsonb_to_recordset(:?splits::jsonb) as split (ex_ts timestamptz, applied boolean)
), aligned as (
  select b.ts, coalesce(min(j.ex_ts) filter (where not j.applied) - interval '1 microsecond', :?read_at::timestamptz) as as_of
  from bars b
  join judged j on b.ts < j.ex_ts
  where b.source = :?source and b.feed = '-' and b.symbol = :?symbol and b.timeframe = '1Day'
  group by b.ts, b.adjusted_as_of
  having bool_or((coalesce(b.adjusted_as_of, '-infinity') >= j.ex_ts) is distinct from j.applied)
)
update bars b
set adjusted_as_of = a.as_of
from aligned a
where b.source = :?source and b.feed = '-' and b.symbol = :?symbol and b.timeframe = '1Day' and b.ts = a.ts
