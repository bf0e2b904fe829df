-- What was read grows by what was read now; where the two do not touch, only the newer one is read without a hole.
insert into read_watermarks as known (source, feed, dataset, symbol, timeframe, read_from, read_to)
select source, feed, 'bars', symbol, timeframe, read_from, read_to
from jsonb_to_recordset(:?reads::jsonb) as read (source text, feed text, symbol text, timeframe text,
  read_from date, read_to date)
order by source, feed, symbol, timeframe
on conflict on constraint read_watermarks_one_row_a_series do update
set read_from = case when excluded.read_from <= known.read_to + 1 then least(known.read_from, excluded.read_from)
    else excluded.read_from end,
  read_to = greatest(known.read_to, excluded.read_to)
where excluded.read_to > known.read_to or excluded.read_from < known.read_from
