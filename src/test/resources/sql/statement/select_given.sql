-- What came of the parameters.
select :?list::text as list,
  :?one_record::text as one_record,
  :?whole::text as whole,
  extract(epoch from :?at::timestamptz)::text as at,
  :?nothing::text as nothing;
