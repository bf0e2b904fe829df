-- Each symbol is spelled as the newest list has it afterwards, with all its rows; says which ones were spelled otherwise, null where none was.
select string_agg(old_symbol || ' is ' || new_symbol, ', ') as respelled from respell_symbols()
