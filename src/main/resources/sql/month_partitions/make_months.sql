-- Each month up to three ahead has its partitions, made once whoever else makes them; the rows of a new one leave the default.
select partition, moved from make_months(:?at::timestamptz)
