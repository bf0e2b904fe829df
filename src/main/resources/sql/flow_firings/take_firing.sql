-- Of all processes the first takes the firing, once; the others get no row. Whoever has it may ask again.
insert into flow_firings as firing (flow, due_at, node)
values (:?flow, :?due_at::timestamptz, current_setting('application_name'))
on conflict on constraint flow_firings_one_row_a_firing do update
set taken_at = firing.taken_at
where firing.node = excluded.node
returning due_at
