-- The company or fund behind a symbol, as Yahoo tells it.

create table company_profiles (
  symbol text not null,
  name text,
  sector text,
  industry text,
  country text,
  website text,
  employees bigint,
  summary text,
  officers jsonb not null default '[]',
  answer jsonb not null,
  updated_at timestamptz not null default now(),
  checked_at timestamptz not null default now(),
  constraint company_profiles_one_row_a_symbol primary key (symbol),
  constraint company_profiles_employees_is_not_negative check (employees >= 0),
  constraint company_profiles_officers_is_a_list check (jsonb_typeof(officers) = 'array')
);

comment on table company_profiles is 'Texts stand as the source sent them, markup included: escape them wherever they are shown.';
comment on column company_profiles.officers is 'Objects with name and title and, where known, age, yearBorn, fiscalYear and totalPay.';
comment on column company_profiles.answer is 'The whole answer.';
comment on column company_profiles.updated_at is 'When the profile was last different from before.';
comment on column company_profiles.checked_at is 'When the source was last asked and answered.';
