-- Whether a row of a dataset lies in a range, whose end counts unless it is one of bars. It is a function so that nobody
-- plans for the partitions of all months who then has nothing to ask; called, it is planned for those of the range.
create function has_rows(of_dataset text, of_source text, of_feed text, of_symbol text, of_timeframe text,
    first timestamptz, last timestamptz) returns boolean
  language plpgsql stable as $$
begin
  if of_dataset in ('trades', 'corrections') then
    return exists (select from trades t where t.symbol = of_symbol and t.ts between first and last);
  elsif of_dataset = 'quotes' then
    return exists (select from quotes q
      where q.symbol = of_symbol and q.feed = of_feed and q.ts between first and last);
  end if;
  return exists (select from bars b
    where b.source = of_source and b.feed = of_feed and b.symbol = of_symbol and b.timeframe = of_timeframe
      and b.ts >= first and b.ts < last);
end
$$;
