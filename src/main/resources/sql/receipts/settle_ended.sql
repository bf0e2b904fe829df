-- Of a session without a bar at Alpaca Yahoo owes what Alpaca's word says: nothing where the symbol was not listed; of one that has ended, after its last bar, no trade where it was listed then, else a bar that is missing; repeats do nothing.
with quiet as (
  select r.*, s.note as ended_note, s.status = 'inactive' as ended, p.proved_at as answered_at,
    alpaca_unlisted(r.symbol, r.opens_at, r.closes_at) as unlisted,
    alpaca_listed(r.symbol, r.opens_at, r.closes_at) as listed
  from receipts r
    join symbols s on s.symbol = r.symbol
    join proofs p on p.symbol = r.symbol and p.session = r.session and p.opens_at = r.opens_at
    join feeds h on h.role = 'history' and h.feed = p.feed
  where r.source = 'yahoo' and r.dataset = 'bars' and r.timeframe = '1Day' and r.missing > 0
    and p.source = 'alpaca' and p.dataset = 'bars' and p.timeframe = '1Day' and p.quiet @> 0
    and case
      when s.status = 'inactive' then s.status_by = 'caravan'
        -- Before it, a day without a bar at Yahoo may be one that Yahoo lost.
        and not exists (select from bars b
          where b.source = p.source and b.feed = p.feed and b.symbol = p.symbol and b.timeframe = p.timeframe
            and b.ts >= p.opens_at)
      -- A list of that day or later did not have it yet.
      else exists (select from listings l
        where l.symbol = r.symbol and l.active_from > r.closes_at and next_new_york_day(l.absent_at) >= r.closes_at)
    end
),
closed as (
  update gaps g
  set status = 'no_trades', closed_at = now(), last_error = quiet.ended_note
  from quiet
  where quiet.ended and quiet.listed
    and g.source = 'yahoo' and g.dataset = 'bars' and g.timeframe = '1Day' and g.symbol = quiet.symbol
    -- What was given up for want of an answer has one now.
    and g.from_ts = quiet.opens_at and g.status in ('open', 'abandoned')
    and g.to_ts <= quiet.answered_at - interval '15 s'
),
withdrawn as (
  delete from gaps g
  using quiet
  where quiet.unlisted and not quiet.listed
    and g.source = 'yahoo' and g.dataset = 'bars' and g.timeframe = '1Day' and g.symbol = quiet.symbol
    and g.from_ts = quiet.opens_at and g.status in ('open', 'abandoned')
),
not_owed as (
  delete from receipts r
  using quiet
  where quiet.unlisted and not quiet.listed and quiet.stored = 0
    and r.source = 'yahoo' and r.dataset = 'bars' and r.timeframe = '1Day' and r.symbol = quiet.symbol
    and r.session = quiet.session
)
update receipts r
set no_trade = r.no_trade + case when quiet.listed then r.missing else 0 end,
  missing = case when quiet.listed then 0 else r.missing end,
  note = case when not quiet.listed then alpaca_listing_note(r.symbol) end
from quiet
where quiet.ended and (quiet.listed or not quiet.unlisted)
  and r.source = 'yahoo' and r.dataset = 'bars' and r.timeframe = '1Day' and r.symbol = quiet.symbol
  and r.session = quiet.session
