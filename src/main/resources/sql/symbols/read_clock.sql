-- What the clock says by which a person's changes are dated.
select clock_timestamp() as said
