-- Symbols that were stored in a spelling of which one source or the other knows nothing get the right one, and are
-- asked for from both.
select respell_symbols();
