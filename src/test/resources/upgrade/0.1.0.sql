-- Rows in every table of 0.1.0 (commit 902124a), as its statements and the triggers of its schema left them behind: a Caravan
-- that had run for a while, and was killed with its stream up on the evening of 2025-11-20.

-- Symbols, as a person typed them and as Alpaca's list described them. 0.1.0 kept BAC-PL as Yahoo spells it.
select set_config('caravan.changed_at', '2025-10-01T12:00:00Z', false);
insert into symbols (symbol, added_at, updated_at)
select typed, '2025-10-01T12:00:00Z', '2025-10-01T12:00:00Z'
from unnest(array['AAPL', 'BRK-B', 'BAC-PL', 'GONE', '^GSPC', 'BTC-USD', 'EURUSD=X', 'OLD']) as typed;
select set_config('caravan.changed_by', 'caravan', false), set_config('caravan.changed_at', '2025-11-18T23:00:01.5Z', false);
update symbols set name = 'Apple Inc. Common Stock', exchange = 'NASDAQ', tradable = true,
  alpaca_id = 'b0b6dd9d-8b9b-48a9-ba46-b9d54906e415' where symbol = 'AAPL';
update symbols set name = 'Berkshire Hathaway Inc. Class B', exchange = 'NYSE', tradable = true,
  alpaca_id = '8cf0c3a5-98c9-4a6c-a4a5-b3a4b9e3b4a1' where symbol = 'BRK.B';
update symbols set currency = 'USD', time_zone = 'America/New_York' where symbol in ('AAPL', 'BRK.B', '^GSPC');
update symbols set currency = 'USD', time_zone = 'UTC' where symbol = 'BTC-USD';
update symbols set currency = 'USD', time_zone = 'Europe/London' where symbol = 'EURUSD=X';
update symbols set alpaca_id = '11111111-2222-3333-4444-555555555555', exchange = 'NYSE', tradable = true where symbol = 'GONE';
update symbols set status = 'inactive', missing_since = '2025-11-17', tradable = false,
  note = 'inactive in Alpaca''s lists of 2025-11-17 and 2025-11-18' where symbol = 'GONE';
select set_config('caravan.changed_by', '', false), set_config('caravan.changed_at', '2025-11-19T15:00:00Z', false);
update symbols set status = 'inactive' where symbol = 'OLD';
select set_config('caravan.changed_at', '', false);

insert into symbol_lists (run_id, source, active, inactive, read_at) values
  (101, 'alpaca', 11523, 20112, '2025-11-17 23:00:02.25+00'),
  (109, 'alpaca', 11527, 20115, '2025-11-18 23:00:01.5+00');
insert into listed_assets (symbol, id, name, exchange, status, tradable) values
  ('AAPL', 'b0b6dd9d-8b9b-48a9-ba46-b9d54906e415', 'Apple Inc. Common Stock', 'NASDAQ', 'active', true),
  ('BRK.B', '8cf0c3a5-98c9-4a6c-a4a5-b3a4b9e3b4a1', 'Berkshire Hathaway Inc. Class B', 'NYSE', 'active', true),
  ('BAC.PRL', '22222222-2222-3333-4444-555555555555', 'Bank of America 7.25% Preferred L', 'NYSE', 'active', true),
  ('GONE', '11111111-2222-3333-4444-555555555555', null, 'NYSE', 'inactive', false),
  ('GONE', null, null, null, 'unreadable', null);

-- Runs in every state; the last was cut off.
insert into flow_runs (run_id, parent_run_id, flow, trigger, status, started_at, finished_at, expected, stored, error, process)
overriding system value values
  (1, null, 'yahoo-bars', 'command', 'succeeded', '2025-10-01 12:00:05+00', '2025-10-01 12:00:09.123456+00', 8, 8, null, 'caravan-7-1'),
  (100, null, 'end-of-day', 'schedule', 'partial', '2025-11-17 23:00:00+00', '2025-11-17 23:04:00+00', 6, 5, 'yahoo-profiles: 1 of 6 symbols were not served', 'caravan-7-1'),
  (101, 100, 'symbol-maintenance', 'flow', 'succeeded', '2025-11-17 23:00:01+00', '2025-11-17 23:00:03+00', 4, 4, null, 'caravan-7-1'),
  (102, 100, 'yahoo-profiles', 'flow', 'failed', '2025-11-17 23:03:00+00', '2025-11-17 23:03:59+00', 6, 0, 'Rate limit exceeded: yahoo, next try at 2025-11-17T23:05:00Z', 'caravan-7-1'),
  (108, null, 'yahoo-quotes', 'schedule', 'skipped', '2025-11-18 15:00:00+00', '2025-11-18 15:00:00+00', null, null, 'yahoo-quotes is running already: run 107, since 2025-11-18T14:59:00Z', 'caravan-7-1'),
  (109, null, 'symbol-maintenance', 'api', 'succeeded', '2025-11-18 23:00:00+00', '2025-11-18 23:00:05+00', 4, 4, null, 'caravan-7-2'),
  (110, null, 'start-of-day', 'schedule', 'interrupted', '2025-11-19 11:00:00+00', '2025-11-19 11:00:30+00', null, null, 'the process ended', 'caravan-7-2'),
  (111, null, 'repair', 'schedule', 'running', '2025-11-20 20:59:00+00', null, null, null, null, 'caravan-7-3');
select setval(pg_get_serial_sequence('flow_runs', 'run_id'), 111);
insert into database_checks (run_id, checked_at) values (110, '2025-11-19 11:00:00.5+00');

insert into dead_letters (letter_id, run_id, route_id, symbol, reason, payload, times, first_failed_at, failed_at, replayed_at,
  feed, timeframe)
overriding system value values
  (1, 1, 'store-yahoo-bars', 'AAPL', 'high 1 is below low 2 of AAPL', '{"ts":"2025-10-01T04:00:00Z","open":1,"high":1,"low":2,"close":1,"volume":5}', 3, '2025-10-01 12:00:07+00', '2025-10-02 22:00:07+00', null, null, '1Day'),
  (2, 102, 'yahoo-profiles-item', 'BAC-PL', 'Rate limit exceeded: yahoo, next try at 2025-11-17T23:05:00Z', null, 1, '2025-11-17 23:03:30+00', '2025-11-17 23:03:30+00', null, null, null),
  (3, null, 'stream', 'BRK.B', 'no time of BRK.B: "yesterday"', '{"T":"t","S":"BRK.B","i":1,"x":"V","p":490.1,"s":1,"t":"yesterday"}', 1, '2025-11-18 15:00:00+00', '2025-11-18 15:00:00+00', '2025-11-18 16:00:00+00', 'iex', null),
  (4, null, 'stream', null, 'no JSON', 'nonsense' || chr(9) || 'with a tab, "quotes" and a line' || chr(10) || 'break', 1, '2025-11-18 15:01:00+00', '2025-11-18 15:01:00+00', null, 'iex', null);
select setval(pg_get_serial_sequence('dead_letters', 'letter_id'), 4);

-- Bars of each timeframe and feed. Two were served otherwise later, and one grew until it was final.
insert into bars (source, feed, symbol, timeframe, ts, open, high, low, close, volume, trade_count, vwap, final, adjusted_as_of,
  stored_at) values
  ('yahoo', '-', 'AAPL', '1Day', '2025-11-19 05:00+00', 265.53, 272.20999, 265.5, 268.56, 45677300, null, null, true, '2025-11-20 23:00+00', '2025-11-19 23:00:05+00'),
  ('yahoo', '-', 'AAPL', '1Day', '2025-11-20 05:00+00', 270.83, 275.43, 265.92, 266.25, 45823600, null, null, false, '2025-11-20 23:00+00', '2025-11-20 23:00:05+00'),
  ('yahoo', '-', 'BAC-PL', '1Day', '2025-11-20 05:00+00', 1249.5, 1250, 1248, 1249.9901, 3100, null, null, true, '2025-11-20 23:00+00', '2025-11-20 23:00:05+00'),
  ('yahoo', '-', '^GSPC', '1Day', '2025-11-20 05:00+00', 6737.930176, 6770.350098, 6534.049805, 6538.759766, 6128000000, null, null, true, '2025-11-20 23:00+00', '2025-11-20 23:00:06+00'),
  ('yahoo', '-', 'BTC-USD', '1Day', '2025-11-20 00:00+00', 91459.296875, 92973.796875, 86057.765625, 86631.898438, null, null, null, true, '2025-11-20 23:00+00', '2025-11-20 23:00:06+00'),
  ('yahoo', '-', 'EURUSD=X', '1Day', '2025-11-20 00:00+00', 1.153403, 1.155295, 1.150351, 1.153403, 0, null, null, true, '2025-11-20 23:00+00', '2025-11-20 23:00:06+00'),
  ('alpaca', 'sip', 'AAPL', '1Day', '2025-11-19 05:00+00', 265.525, 272.21, 265.5, 268.56, 45656291, 555216, 269.234567, true, null, '2025-11-19 23:00:10+00'),
  ('alpaca', 'sip', 'AAPL', '1Hour', '2025-11-20 15:00+00', 272.1, 273.5, 271.05, 271.9, 5210345, 60123, 272.4, true, null, '2025-11-20 16:01:10+00'),
  ('alpaca', 'sip', 'AAPL', '15Min', '2025-11-20 15:00+00', 272.1, 273, 272, 272.5, 1210345, 15123, 272.45, true, null, '2025-11-20 16:01:10+00'),
  ('alpaca', 'sip', 'AAPL', '5Min', '2025-11-20 15:00+00', 272.1, 272.9, 272.01, 272.4, 410345, 5123, 272.41, true, null, '2025-11-20 16:01:10+00'),
  ('alpaca', 'sip', 'AAPL', '1Min', '2025-11-20 15:00+00', 272.1, 272.5, 272.05, 272.2, 80345, 1123, 272.3, true, null, '2025-11-20 16:01:10+00'),
  ('alpaca', 'iex', 'AAPL', '1Min', '2025-11-20 14:30+00', 270.83, 271, 270.5, 270.9, 8034, 112, 270.75, true, null, '2025-11-20 14:31:00.2+00'),
  ('alpaca', 'iex', 'BRK.B', '1Min', '2025-11-20 14:30+00', 503.1, 503.1, 503.1, 503.1, 1, 1, 503.1, true, null, '2025-11-20 14:31:00.2+00'),
  ('alpaca', 'iex', 'GONE', '1Min', '2025-11-14 20:59+00', 0.0123, 0.0123, 0.0121, 0.0121, 100000, 3, 0.01225, true, null, '2025-11-14 21:00:00.2+00'),
  -- The stream's day bar has the time at which it was sent.
  ('alpaca', 'iex', 'AAPL', '1Day', '2025-11-20 20:59+00', 270.83, 275.4, 266, 266.3, 1582360, 20123, 270.1, false, null, '2025-11-20 20:59:00.3+00');
update bars set close = 266.249999, adjusted_as_of = '2025-11-21 11:00+00', final = true
  where source = 'yahoo' and symbol = 'AAPL' and ts = '2025-11-20 05:00+00';
update bars set high = 272.55, volume = 80400 where feed = 'sip' and timeframe = '1Min';
update bars set close = 266.25, volume = 1582400 where feed = 'iex' and timeframe = '1Day';

insert into price_snapshots (source, symbol, ts, price, volume, currency, stored_at) values
  ('yahoo', 'AAPL', '2025-11-20 20:59:58+00', 266.31, 45000123, 'USD', '2025-11-20 21:00:01+00'),
  ('yahoo', 'BAC-PL', '2025-11-20 20:59:00+00', 1249.9901, 3100, 'USD', '2025-11-20 21:00:01+00'),
  ('yahoo', 'EURUSD=X', '2025-11-20 20:59:59+00', 1.1534025, null, 'USD', '2025-11-20 21:00:01+00');

insert into corporate_actions (source, symbol, action, ex_date, amount, ratio, new_symbol, stored_at) values
  ('yahoo', 'AAPL', 'dividend', '2025-08-11', 0.26, null, null, '2025-10-01 12:00:06+00'),
  ('yahoo', 'AAPL', 'split', '2020-08-31', null, 4, null, '2025-10-01 12:00:06+00'),
  ('yahoo', 'BAC-PL', 'dividend', '2025-10-01', 18.125, null, null, '2025-10-02 12:00:06+00'),
  ('yahoo', 'AAPL', 'dividend', '2025-05-12', 0, null, null, '2025-10-01 12:00:06+00'),
  ('alpaca', 'AAPL', 'dividend', '2025-08-11', 0.26, null, null, '2025-10-01 12:00:07+00'),
  ('alpaca', 'GONE', 'merger', '2025-11-15', 0, 0.5, 'BRK.B', '2025-11-15 12:00:07+00'),
  ('alpaca', 'OLD', 'name_change', '2025-11-01', null, null, 'NEW', '2025-11-01 12:00:07+00'),
  ('alpaca', 'OLD', 'worthless_removal', '2025-11-19', null, null, null, '2025-11-19 12:00:07+00');
insert into corporate_action_reads (source, symbol, from_date, read_at) values
  ('alpaca', 'AAPL', '2024-11-20', '2025-11-20 11:00:03+00'), ('alpaca', 'BAC-PL', '2024-11-20', '2025-11-20 11:00:03+00');

-- Trades, of which one was corrected and one canceled, quotes, and what else the stream delivers.
insert into trades (symbol, ts, nanos, exchange, trade_id, price, size, conditions, tape, feed) values
  ('AAPL', '2025-11-20 14:30:00.123456+00', 789, 'V', 52983525029461, 270.83, 100, '{@,I}', 'C', 'iex'),
  ('AAPL', '2025-11-20 14:30:01.000001+00', 0, 'V', 52983525029462, 270.9, 5, '{@}', 'C', 'iex'),
  ('AAPL', '2025-11-20 14:30:02+00', 1, 'V', 52983525029463, 999, 1, null, 'C', 'iex'),
  ('AAPL', '2025-11-20 14:30:02.5+00', 999, 'D', 71677, 270.85, 0.5, '{@,T}', 'C', 'sip'),
  ('BRK.B', '2025-11-20 14:30:00.5+00', 0, 'V', 1, 503.10, 1, '{}', 'A', 'iex');
update trades set price = 270.91, size = 6, status = 'corrected' where trade_id = 52983525029462;
update trades set status = 'canceled' where trade_id = 52983525029463;
insert into trade_corrections (symbol, ts, nanos, exchange, trade_id, kind, price, size, conditions, new_trade_id, new_price,
  new_size, new_conditions, tape, feed, stored_at, applied_at) values
  ('AAPL', '2025-11-20 14:30:01.000001+00', 0, 'V', 52983525029462, 'corrected', 270.9, 5, '{@}', 52983525029462, 270.91, 6, '{@}', 'C', 'iex', '2025-11-20 14:35:00+00', '2025-11-20 14:35:00.1+00'),
  ('AAPL', '2025-11-20 14:30:02+00', 1, 'V', 52983525029463, 'canceled', 999, 1, null, null, null, null, null, 'C', 'iex', '2025-11-20 14:36:00+00', '2025-11-20 14:36:00.1+00'),
  ('AAPL', '2025-11-20 14:31:30+00', 7, 'V', 52983525029470, 'error', 270, 10, '{@}', null, null, null, null, 'C', 'iex', '2025-11-20 14:37:00+00', null);
insert into quotes (symbol, ts, nanos, bid_exchange, bid_price, bid_size, ask_exchange, ask_price, ask_size, conditions, tape, feed) values
  ('AAPL', '2025-11-20 14:30:00.000002+00', 500, 'V', 270.8, 1, 'V', 270.87, 2, '{R}', 'C', 'iex'),
  ('AAPL', '2025-11-20 14:30:00.000002+00', 500, 'V', 0, 0, 'V', 270.87, 2, null, 'C', 'iex');
insert into statuses (symbol, ts, nanos, status_code, status, reason_code, reason, tape, feed) values
  ('GONE', '2025-11-14 20:59:30+00', 3, 'H', 'Trading Halt', 'T1', 'Halt News Pending', 'A', 'iex');
insert into lulds (symbol, ts, nanos, limit_up, limit_down, indicator, tape, feed) values
  ('AAPL', '2025-11-20 14:30:00+00', 0, 284.37, 257.29, 'B', 'C', 'iex');

-- The ledger: one gap of each fate.
insert into gaps (gap_id, source, feed, dataset, symbol, timeframe, from_ts, to_ts, status, reason, opened_at, closed_at,
  attempts, next_try_at, last_error)
overriding system value values
  (1, 'alpaca', 'iex', 'trades', 'AAPL', '-', '2025-11-20 14:31:00+00', '2025-11-20 14:32:20+00', 'open', 'the connection broke: Connection reset', '2025-11-20 14:31:10+00', null, 2, '2025-11-20 21:00:00+00', 'alpaca failed with status 500'),
  (2, 'alpaca', 'iex', 'bars', 'AAPL', '1Min', '2025-11-20 14:31:00+00', '2025-11-20 14:32:00+00', 'open', 'the connection broke: Connection reset', '2025-11-20 14:31:10+00', null, 0, '2025-11-20 14:32:20+00', null),
  (3, 'alpaca', 'iex', 'trades', 'BAC-PL', '-', '2025-11-20 14:30:00+00', null, 'open', 'symbol limit exceeded (405)', '2025-11-20 14:30:00+00', null, 0, '2025-11-20 14:30:00+00', null),
  (4, 'alpaca', 'iex', 'trades', 'AAPL', '-', '2025-11-19 15:00:00.5+00', '2025-11-19 15:00:09+00', 'filled', 'Caravan ended without a word', '2025-11-19 15:00:09+00', '2025-11-19 15:16:00+00', 0, '2025-11-19 15:00:09+00', null),
  (5, 'alpaca', 'iex', 'trades', 'BRK.B', '-', '2025-11-19 15:00:00.5+00', '2025-11-19 15:00:09+00', 'no_trades', 'Caravan ended without a word', '2025-11-19 15:00:09+00', '2025-11-19 15:16:00+00', 1, '2025-11-19 15:02:09+00', null),
  (6, 'alpaca', 'sip', 'bars', 'GONE', '1Min', '2025-11-14 20:00:00+00', '2025-11-14 21:00:00+00', 'abandoned', 'receipt: 60 of 390 bars missing', '2025-11-15 11:00:00+00', '2025-11-16 11:00:00+00', 10, '2025-11-16 12:00:00+00', 'alpaca refused the request with status 400: invalid symbol: GONE'),
  (7, 'alpaca', 'iex', 'trades', 'AAPL', '-', '2025-11-12 15:00:00+00', '2025-11-12 15:10:00+00', 'abandoned', 'no connection: refused', '2025-11-12 15:00:00+00', '2025-11-12 23:00:00+00', 10, '2025-11-12 23:00:00+00', 'alpaca failed with status 503'),
  (8, 'alpaca', 'news', 'news', '*', '-', '2025-11-19 15:00:00+00', '2025-11-19 15:05:00+00', 'filled', 'the news stream was away', '2025-11-19 15:00:00+00', '2025-11-19 16:00:00+00', 0, '2025-11-19 15:05:00+00', null),
  (9, 'yahoo', '-', 'bars', 'EURUSD=X', '1Day', '2025-11-18 00:00:00+00', '2025-11-19 00:00:00+00', 'abandoned', 'receipt: 1 of 1 bars missing', '2025-11-19 11:00:00+00', '2025-11-19 20:00:00+00', 10, '2025-11-19 20:00:00+00', 'Yahoo serves no such daily bar, although its answer was full'),
  (10, 'alpaca', 'iex', 'quotes', 'AAPL', '-', '2025-11-19 15:00:00.5+00', '2025-11-19 15:00:09+00', 'filled', 'Caravan ended without a word', '2025-11-19 15:00:09+00', '2025-11-19 15:16:00+00', 0, '2025-11-19 15:00:09+00', null);
select setval(pg_get_serial_sequence('gaps', 'gap_id'), 10);
insert into stream_coverage (source, feed, dataset, symbol, timeframe, since) values
  ('alpaca', 'iex', 'trades', 'AAPL', '-', '2025-11-20 14:32:20+00'),
  ('alpaca', 'iex', 'bars', 'AAPL', '1Min', '2025-11-20 14:32:00+00'),
  ('alpaca', 'iex', 'trades', 'BRK.B', '-', '2025-11-20 14:30:00+00');
insert into stream_watermarks (source, feed, stored_to) values ('alpaca', 'iex', '2025-11-20 20:58:59.999999+00');

insert into receipts (source, feed, dataset, symbol, timeframe, session, expected, stored, no_trade, missing, calendar, opens_at,
  closes_at, proved_at, counted_at) values
  ('alpaca', 'sip', 'bars', 'AAPL', '1Min', '2025-11-19', 390, 385, 5, 0, 'New York', '2025-11-19 14:30+00', '2025-11-19 21:00+00', '2025-11-20 11:00:05+00', '2025-11-20 11:02+00'),
  ('alpaca', 'iex', 'bars', 'AAPL', '1Min', '2025-11-19', 390, 300, 80, 10, 'New York', '2025-11-19 14:30+00', '2025-11-19 21:00+00', '2025-11-20 11:00:05+00', '2025-11-20 11:02+00'),
  ('alpaca', 'sip', 'bars', 'BAC-PL', '1Day', '2025-11-19', 1, 0, 0, 1, 'New York', '2025-11-19 05:00+00', '2025-11-20 05:00+00', null, '2025-11-20 11:02+00'),
  ('yahoo', '-', 'bars', 'BTC-USD', '1Day', '2025-11-19', 1, 1, 0, 0, 'every day', '2025-11-19 00:00+00', '2025-11-20 00:00+00', null, null),
  ('yahoo', '-', 'bars', 'EURUSD=X', '1Day', '2025-11-19', null, 1, 0, null, 'unknown: Europe/London', '2025-11-19 00:00+00', '2025-11-20 00:00+00', null, '2025-11-20 11:02+00');
insert into proofs (source, feed, dataset, symbol, timeframe, session, opens_at, asked, quiet, proved_at) values
  ('alpaca', 'sip', 'bars', 'AAPL', '1Min', '2025-11-19', '2025-11-19 14:30+00', '{[0,390)}', '{[17,20),[200,202)}', '2025-11-20 11:00:05+00'),
  ('alpaca', 'iex', 'bars', 'AAPL', '1Min', '2025-11-19', '2025-11-19 14:30+00', '{[0,380)}', '{[100,180)}', '2025-11-20 11:00:05+00');

insert into market_calendar (session, open, close, session_open, session_close, source, read_at) values
  ('2025-11-26', '2025-11-26 14:30+00', '2025-11-26 21:00+00', '2025-11-26 09:00+00', '2025-11-27 01:00+00', 'alpaca', '2025-11-20 11:00:00.25+00'),
  ('2025-11-28', '2025-11-28 14:30+00', '2025-11-28 18:00+00', '2025-11-28 09:00+00', '2025-11-28 22:00+00', 'alpaca', '2025-11-20 11:00:00.25+00');

insert into news_articles (source, article_id, headline, summary, content, author, url, publisher, published_at, updated_at,
  symbols, as_sent, stored_at) values
  ('alpaca', '48988123', 'Apple &amp; Berkshire', '', '<p>Two "shares"</p>', 'A. Writer', 'https://www.example.com/48988123', 'benzinga', '2025-11-20 13:00:00+00', '2025-11-20 13:00:01+00', '{AAPL,BRK.B}', null, '2025-11-20 13:01:00+00'),
  ('newsapi', '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08', 'A ␀ in it', null, null, null, null, 'Example', '2025-11-20 12:00:00+00', '2025-11-20 12:00:00+00', '{}', '{"title":"A \u0000 in it"}', '2025-11-20 13:01:00+00');
update news_articles set headline = 'Apple and Berkshire', updated_at = '2025-11-20 14:00:01+00' where article_id = '48988123';
insert into news_watermarks (source, read_to) values ('alpaca', '2025-11-20 20:01:00+00'), ('newsapi', '2025-11-20 19:01:00+00');

insert into company_profiles (symbol, name, sector, industry, country, website, employees, summary, officers, answer, updated_at,
  checked_at) values
  ('AAPL', 'Apple Inc.', 'Technology', 'Consumer Electronics', 'United States', 'https://www.apple.com', 164000, 'Apple Inc. designs, "manufactures" …', '[{"name": "Mr. Timothy D. Cook", "title": "CEO & Director", "age": 63}]', '{"quoteSummary": {"result": [{"price": {"longName": "Apple Inc."}}], "error": null}}', '2025-11-17 23:03:10+00', '2025-11-17 23:03:10+00'),
  ('BAC-PL', null, null, null, null, null, null, null, '[]', '{}', '2025-11-17 23:03:10+00', '2025-11-17 23:03:10+00');

insert into backfill_ranges (range_id, source, feed, dataset, timeframe, symbols, from_date, to_date, from_ts, to_ts, sessions,
  status, proof, rows, asked_to, attempts, last_error, planned_at, done_at)
overriding system value values
  (1, 'alpaca', 'sip', 'bars', '1Min', 'AAPL', '2025-11-20', '2025-11-20', '2025-11-20 05:00+00', '2025-11-21 05:00+00', 1, 'done', 'answer', 1, '2025-11-20 20:00:00+00', 1, null, '2025-11-20 20:16:00+00', '2025-11-20 20:16:05+00'),
  (2, 'alpaca', 'sip', 'bars', '1Min', 'AAPL', '2025-11-19', '2025-11-19', '2025-11-19 05:00+00', '2025-11-20 05:00+00', 1, 'done', 'receipts', 0, null, 0, null, '2025-11-20 20:16:00+00', '2025-11-20 20:16:00+00'),
  (3, 'alpaca', 'sip', 'trades', '-', 'AAPL,BRK.B', '2025-11-19', '2025-11-19', '2025-11-19 05:00+00', '2025-11-20 05:00+00', 1, 'open', null, 0, null, 2, 'alpaca failed with status 502', '2025-11-20 20:17:00+00', null);
select setval(pg_get_serial_sequence('backfill_ranges', 'range_id'), 3);

insert into request_budgets (account, provider_limit, next_token_at, paused_until, refusals, refused_at) values
  ('alpaca', 200, '2025-11-20 20:59:01.25+00', '-infinity', 0, '-infinity'),
  ('yahoo', null, '2025-11-20 20:59:00+00', '2025-11-17 23:05:00+00', 2, '2025-11-17 23:03:59+00');
insert into request_slots (account, slot, free_at, sent_at, in_flight) values
  ('alpaca', 0, '2025-11-20 21:00:01+00', '2025-11-20 20:59:00+00', false),
  ('alpaca', 1, '2025-11-20 21:02:01+00', '2025-11-20 20:59:01+00', true),
  ('yahoo', 0, '2025-11-20 21:00:01+00', '2025-11-20 20:59:00+00', false);

-- 0.1.0 had its own row of each role from the first start on.
update feeds set feed = 'iex' where role = 'stream';
