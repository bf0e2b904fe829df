-- By how many seconds each partition is behind what was received; null where nothing was; writes nothing.
select topic, partition, seconds_behind::double precision from partition_lags order by topic, partition
