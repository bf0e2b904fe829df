-- Up to when what the stream delivers was received by this Caravan, or by Kafka; null before its first message; writes nothing.
select max(s.stored_to) as received_to
from feeds f
  join stream_watermarks s on s.source = 'alpaca' and s.feed = f.feed
where f.role = 'stream'
