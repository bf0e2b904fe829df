-- Times of the ledger come from the clock of the process, which states them: a gap that says nothing else is due at once.

alter table gaps alter column next_try_at set default 'epoch';
