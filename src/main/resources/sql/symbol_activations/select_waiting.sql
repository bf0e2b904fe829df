-- Whether a symbol that a person made active is not in the ledger yet.
select exists (select from symbol_activations) as waiting
