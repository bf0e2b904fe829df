-- How far a zone is from UTC at each time, in seconds, by the rules of the database; reads no table.
select t as at, extract(epoch from (t at time zone :?zone) - (t at time zone 'UTC'))::int as seconds
from jsonb_array_elements_text(:?times::jsonb) as given (text)
  cross join lateral (select given.text::timestamptz as t) as time
order by t
