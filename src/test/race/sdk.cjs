// What a careful user of the official JavaScript SDK writes: trades that arrived meanwhile go into the table
// together, as arrays, up to 1,000 a statement, without waiting for the disk.
const { Alpaca } = require("@alpacahq/alpaca-trade-api");
const { Client } = require("pg");

const [stream, database, symbols] = process.argv.slice(2);
const MOST = 1000;
const INSERT = `insert into trades (symbol, ts, nanos, exchange, trade_id, price, size, conditions, tape, feed)
  select symbol, ts::timestamptz, 1, exchange, trade_id::bigint, price::numeric, size::numeric, conditions::text[], tape, 'iex'
  from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[])
    as sent (symbol, ts, exchange, trade_id, price, size, conditions, tape)
  on conflict do nothing`;

async function main() {
  const client = new Client({ connectionString: database });
  await client.connect();
  await client.query("set synchronous_commit = off");
  const waiting = [];
  let storing = false;
  async function store() {
    if (storing) return;
    storing = true;
    while (waiting.length > 0) {
      const rows = waiting.splice(0, MOST);
      await client.query({
        name: "insert",
        text: INSERT,
        values: [
          rows.map((t) => t.symbol),
          rows.map((t) => t.timestampRaw ?? t.timestamp.toISOString()),
          rows.map((t) => t.exchange),
          rows.map((t) => t.idRaw ?? String(t.id)),
          rows.map((t) => String(t.price)),
          rows.map((t) => String(t.size)),
          rows.map((t) => "{" + t.conditions.map((c) => JSON.stringify(c)).join(",") + "}"),
          rows.map((t) => t.tape),
        ],
      });
    }
    storing = false;
  }
  const failed = (reason) => {
    console.error(reason);
    process.exit(1);
  };
  const trades = new Alpaca({ keyId: "PKTEST", secret: "hush" }).marketData.stockStream({ feed: "iex", url: stream });
  trades.onError(failed);
  trades.onTrade((trade) => {
    waiting.push(trade);
    store().catch(failed);
  });
  trades.onConnect(() => trades.subscribeForTrades(symbols.split(",")));
  trades.connect();
}

main().catch((reason) => {
  console.error(reason);
  process.exit(1);
});
