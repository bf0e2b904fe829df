-- Whether there is a trade of a symbol from a time on. Its table is looked into, and locked, only when it is called: who asks it for
-- no symbol does not depend on it.
create function was_traded(of_symbol text, since timestamptz) returns boolean
  language plpgsql stable as $$
begin
  return exists (select from trades t where t.symbol = of_symbol and t.ts >= since);
end
$$;
