-- Proofs older than so many days that say no more than the bars do are forgotten, 20,000 at a time. 0 keeps all.
-- That is: no bar of the session was without a trade, or retention has dropped its bars and no receipt of the symbol's session
-- misses any or is to be counted.
with gone as (
  delete from proofs d
  where d.ctid = any (array(
    select p.ctid
    from proofs p
    where :?days::integer > 0 and p.proved_at < :?now::timestamptz - make_interval(days => :?days::integer)
      and (isempty(p.quiet)
        or p.opens_at < retained_since('bars')
          and not exists (
            select from receipts r
            where r.symbol = p.symbol and r.session = p.session and (r.missing > 0 or r.counted_at is null)))
    limit 20000))
  returning d.proved_at
)
select count(*) = 20000 as more, record_dropped(:?run_id::bigint, 'proofs', count(*), min(proved_at), max(proved_at)) from gone
