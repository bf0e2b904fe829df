-- A series that was read again whole, and stored in this transaction, is on one scale.
delete from mixed_series where source = :?source and symbol = :?symbol and :?whole::boolean
