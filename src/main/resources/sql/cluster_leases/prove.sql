-- A session that answers has its locks still.
select true
