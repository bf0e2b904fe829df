-- Whatever begins or ends gaps or coverage of a feed does so alone, since two at once would not see each other's rows.
-- Every feed that a gap goes on in is taken as well, all in one order.
select pg_advisory_xact_lock(hashtext('caravan ledger'), hashtext(feed))
from (
  select :?feed::text as feed
  union
  select feed from gaps where status = 'open' and to_ts is null
  order by feed
) as touched
