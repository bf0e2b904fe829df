-- Its parameter would be taken for the pool.
select :?pool::text;
