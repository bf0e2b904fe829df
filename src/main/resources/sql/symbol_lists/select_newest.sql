-- How long the source's newest complete list was; no row before the first.
select active, inactive
from symbol_lists
where source = :?source
order by read_at desc, run_id desc
limit 1
