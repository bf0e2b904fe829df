-- Counts every receipt that is marked, by stored bars and proofs alone; what is missing becomes a gap unless it is one already.
with due as (
  select r.*,
    case when r.timeframe = '1Min' then interval '1 min' else r.closes_at - r.opens_at end as step
  from receipts r
  where r.counted_at is null
),
held as (
  select due.*, bars.stored as bars_stored, p.proved_at as newest_proof,
    coalesce(bars.numbers, '{}') as numbers, coalesce(case when word.listed then p.quiet end, '{}') as quiet,
    p.quiet as left_out, coalesce(word.listed, true) as listed,
    int4multirange(int4range(0, coalesce(due.expected, 0))) as whole
  from due
    cross join lateral (
      select count(*)::integer as stored, range_agg(int4range(numbered.n, numbered.n + 1)) as numbers
      from (
        -- date_part, since extract counts in numeric: half of the whole statement's time. Both are exact here.
        select floor(date_part('epoch', b.ts - due.opens_at) / date_part('epoch', due.step))::integer as n
        from bars b
        where b.source = due.source and b.feed = due.feed and b.symbol = due.symbol
          and b.timeframe = due.timeframe and b.ts >= due.opens_at and b.ts < due.closes_at
      ) as numbered
    ) as bars
    left join proofs p on p.source = due.source and p.feed = due.feed and p.dataset = due.dataset
      and p.symbol = due.symbol and p.timeframe = due.timeframe and p.session = due.session
      and p.opens_at = due.opens_at
    -- What an answer leaves out was not traded if the symbol was listed then. Of one that has nothing of the session
    -- it has to be known that the name was still listed when it was asked for.
    left join lateral (
      select alpaca_listed(due.symbol, due.opens_at,
        case when bars.stored > 0 then due.closes_at else greatest(due.closes_at, p.proved_at) end) as listed
      where not isempty(p.quiet)) as word on true
),
counted as (
  select held.*, whole - numbers - quiet as lost,
    (select coalesce(sum(upper(part) - lower(part)), 0)::integer from unnest(whole * quiet - numbers) part)
      as quiet_count,
    (select coalesce(sum(upper(part) - lower(part)), 0)::integer from unnest(whole - numbers - quiet) part)
      as lost_count
  from held
),
updated as (
  update receipts r
  set stored = coalesce(c.expected - c.quiet_count - c.lost_count, c.bars_stored), no_trade = c.quiet_count,
    missing = case when c.expected is not null then c.lost_count end,
    -- A proof that said nothing more than the bars do may be forgotten by now.
    proved_at = coalesce(c.newest_proof, r.proved_at), counted_at = now(),
    note = case when not c.listed and not isempty(c.lost * c.left_out) then alpaca_listing_note(c.symbol) end
  from counted c
  where r.source = c.source and r.feed = c.feed and r.dataset = c.dataset and r.symbol = c.symbol
    and r.timeframe = c.timeframe and r.session = c.session
  returning r.symbol, r.expected, r.stored, r.no_trade, r.missing
),
-- What an open gap covers is owed already, and what was abandoned waits for a person.
unknown as (
  select c.*, c.lost - coalesce((
      select range_agg(int4range(
        greatest(0, floor(extract(epoch from g.from_ts - c.opens_at) / extract(epoch from c.step)))::integer,
        case when g.to_ts is null then c.expected
          else ceil(extract(epoch from g.to_ts - c.opens_at) / extract(epoch from c.step))::integer end))
      from gaps g
      where g.source = c.source and g.feed = c.feed and g.dataset = c.dataset and g.symbol = c.symbol
        and g.timeframe = c.timeframe and g.status in ('open', 'abandoned')
        and g.from_ts < c.closes_at and (g.to_ts is null or g.to_ts > c.opens_at)), '{}') as owed
  from counted c
  where c.lost_count > 0 and :?open_gaps::boolean
),
-- Ranges less than a quarter of an hour apart are one.
near as (
  select u.*, (
      select range_agg(int4range(lower(part), upper(part) + 15)) from unnest(u.owed) part
    ) as parts
  from unknown u
  where not isempty(u.owed)
),
-- Many ranges, or a long one, become the whole session, so that symbols of one session are asked for together.
opened as (
  insert into gaps (source, feed, dataset, symbol, timeframe, from_ts, to_ts, reason,
    next_try_at)
  select n.source, n.feed, n.dataset, n.symbol, n.timeframe,
    case when pieces.few then n.opens_at + lower(n.parts) * n.step else n.opens_at end,
    case when pieces.few then n.opens_at + (upper(n.parts) - 15) * n.step else n.closes_at end,
    format('receipt: %s of %s bars missing', n.lost_count, n.expected), :?now::timestamptz
  from near n
    cross join lateral (
      select count(*) = 1 and max(upper(part) - lower(part)) < 60 + 15 as few from unnest(n.parts) part
    ) as pieces
  returning gap_id
)
select count(distinct symbol)::integer as symbols, coalesce(sum(expected), 0) as expected,
  coalesce(sum(stored), 0) as stored, coalesce(sum(no_trade), 0) as no_trade,
  coalesce(sum(missing), 0) as missing, (select count(*) from opened) as gaps
from updated
