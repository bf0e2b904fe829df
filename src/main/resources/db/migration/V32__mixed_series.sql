-- Caravan 0.1.0 added what Yahoo tells on a new scale to what it had told on another one, and nothing in the rows shows
-- where: each of its series is read again whole, once.

create table mixed_series (
  source text not null,
  symbol text not null,
  constraint mixed_series_one_row_a_series primary key (source, symbol)
);

comment on table mixed_series is
  'Series of daily bars that may be on several scales, until they have been read again whole.';

insert into mixed_series (source, symbol)
select 'yahoo', s.symbol
from symbols s
where exists (
  select from bars b
  where b.source = 'yahoo' and b.feed = '-' and b.symbol = s.symbol and b.timeframe = '1Day');
