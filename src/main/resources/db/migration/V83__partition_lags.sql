-- How far each partition is behind: both times are the exchange's, so that no clock is asked, and a quiet night is no lag.
create view partition_lags as
select w.topic, w.partition, w.next_offset, w.stored_to, r.stored_to as received_to,
  case when r.stored_to is not null
    then greatest(0, round(extract(epoch from r.stored_to - w.stored_to), 1)) end as seconds_behind
from store_watermarks w
  left join (
    select s.stored_to
    from feeds f
      join stream_watermarks s on s.source = 'alpaca' and s.feed = f.feed
    where f.role = 'stream'
  ) as r on true;

comment on view partition_lags is
  'How far the records of each partition are stored, up to when Kafka has taken what was received, and the seconds between';
