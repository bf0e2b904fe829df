-- Since when receipts are owed: the first run or the oldest receipt, never more than 370 days, and nothing that retention drops.
select to_char(greatest(:?at::timestamptz - interval '370 days', retained_since('bars'),
    least((select min(started_at) from flow_runs), (select min(opens_at) from receipts), :?at::timestamptz))
  at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as since
