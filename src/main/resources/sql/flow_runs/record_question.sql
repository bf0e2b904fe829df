-- Keeps with its run what a backfill was asked for; a run that was forgotten meanwhile is left at that.
update flow_runs
set question = jsonb_build_object('source', :?source::text,
  'timeframe', case :?dataset when 'bars' then :?timeframe else :?dataset end,
  'from', :?from::date, 'to', :?to::date, 'symbols', :?symbols::integer)
where run_id = :?run_id::bigint
