-- A reading of news that came to its end settles each gap before its end, once: filled by stored articles, else no_trades.
update gaps
set closed_at = now(), last_error = null,
  status = case
    when exists (
      select from news_articles a
      where a.source = 'alpaca' and a.updated_at between gaps.from_ts and gaps.to_ts) then 'filled'
    else 'no_trades'
  end
where source = 'alpaca' and dataset = 'news' and status = 'open'
  -- What was published at the end of the range is in the provider's history by then.
  and to_ts <= least(:?end::timestamptz, :?read_at::timestamptz) - interval '15 s'
