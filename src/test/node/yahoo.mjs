// What yahoo-finance2 reads of a simulator: node yahoo.mjs http://127.0.0.1:PORT
import YahooFinance from "yahoo-finance2";

const url = process.argv[2];

// Its hosts are fixed, its fetch is not: all of them are the simulator, and share their cookies.
async function simulated(input, init) {
  const { pathname, search } = new URL(input);
  const answer = await fetch(url + pathname + search, init);
  const headers = new Headers(answer.headers);
  headers.delete("set-cookie");
  for (const cookie of answer.headers.getSetCookie()) {
    headers.append("set-cookie", cookie + "; Domain=.yahoo.com");
  }
  return new Response(answer.body, { status: answer.status, headers });
}

const yahoo = new YahooFinance({
  fetch: simulated,
  fetchOptions: { headers: { "User-Agent": "Mozilla/5.0" } },
  suppressNotices: ["yahooSurvey", "ripHistorical"],
  versionCheck: false,
});
const days = { period1: "2026-11-18", period2: "2026-11-21" };

console.log(
  JSON.stringify({
    chart: await yahoo.chart("AAPL", { ...days, interval: "1d" }),
    historical: await yahoo.historical("AAPL", days),
    quote: await yahoo.quote("AAPL"),
    quotes: await yahoo.quote(["AAPL", "MSFT"]),
    profile: (await yahoo.quoteSummary("AAPL", { modules: ["assetProfile"] })).assetProfile,
    unknown: await yahoo.chart("ZZZZ", days).catch((error) => error.message),
  }),
);
