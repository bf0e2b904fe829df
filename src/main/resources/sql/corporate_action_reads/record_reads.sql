-- Remembers how far back the actions of each symbol were read, and when; what was read once stays read.
insert into corporate_action_reads (source, symbol, from_date, read_at)
select :?source, symbol, :?from::date, :?read_at::timestamptz
from unnest(string_to_array(:?symbols, ',')) as symbol
where symbol <> ''
on conflict on constraint corporate_action_reads_one_row_a_symbol do update
set from_date = least(corporate_action_reads.from_date, excluded.from_date), read_at = excluded.read_at
