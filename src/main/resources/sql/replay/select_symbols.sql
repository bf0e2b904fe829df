-- Every symbol of which something of the stream is stored, found by skipping through the keys; writes nothing.
with recursive traded as (
  (select symbol from trades order by symbol limit 1)
  union all
  (select t.symbol from trades t, traded where t.symbol > traded.symbol order by t.symbol limit 1)
),
quoted as (
  (select symbol from quotes order by symbol limit 1)
  union all
  (select q.symbol from quotes q, quoted where q.symbol > quoted.symbol order by q.symbol limit 1)
),
minutes as (
  (select feed, symbol from bars where source = 'alpaca' order by feed, symbol limit 1)
  union all
  (select b.feed, b.symbol from bars b, minutes
    where b.source = 'alpaca' and (b.feed, b.symbol) > (minutes.feed, minutes.symbol)
    order by b.feed, b.symbol limit 1)
)
select symbol from traded
union select symbol from quoted
union select symbol from minutes
union select symbol from trade_corrections
union select symbol from statuses
union select symbol from lulds
order by symbol
