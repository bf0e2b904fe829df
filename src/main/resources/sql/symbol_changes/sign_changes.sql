-- What this transaction changes in symbols is Caravan's own doing, at this time; it ends with the transaction.
select set_config('caravan.changed_by', 'caravan', true), set_config('caravan.changed_at', :?now::text, true)
