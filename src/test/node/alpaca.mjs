// What Alpaca's SDK reads of a simulator: node alpaca.mjs rest|stream|news http://127.0.0.1:PORT
import { Alpaca, marketData, trading } from "@alpacahq/alpaca-trade-api";

const [what, url] = process.argv.slice(2);
const keys = { keyId: "PKTEST", secret: "secret" };

async function rest() {
  const data = new marketData.Configuration({ ...keys, basePath: url });
  const desk = new trading.Configuration({ ...keys, basePath: url });
  const stocks = new marketData.StockApi(data);
  const calendar = new trading.CalendarApi(desk);
  const assets = new trading.AssetsApi(desk);
  const symbols = "AAPL,MSFT,ZZZZ";
  const recent = { symbols, feed: "iex", start: new Date("2026-11-21T05:00:00Z") };
  const missing = await stocks
    .stockLatestTradeSingle({ symbol: "ZZZZ" })
    .catch((error) => ({ status: error.status ?? error.response?.status }));
  return {
    latestTrades: (await stocks.stockLatestTrades({ symbols })).trades,
    latestTrade: await stocks.stockLatestTradeSingle({ symbol: "AAPL" }),
    latestQuotes: (await stocks.stockLatestQuotes({ symbols })).quotes,
    latestQuote: await stocks.stockLatestQuoteSingle({ symbol: "AAPL" }),
    latestBars: (await stocks.stockLatestBars({ symbols })).bars,
    latestBar: await stocks.stockLatestBarSingle({ symbol: "AAPL" }),
    snapshots: await stocks.stockSnapshots({ symbols }),
    snapshot: await stocks.stockSnapshotSingle({ symbol: "AAPL" }),
    missing,
    days: (
      await stocks.stockBars({
        symbols,
        timeframe: "1Day",
        start: new Date("2026-11-18T05:00:00Z"),
        end: new Date("2026-11-21T05:00:00Z"),
      })
    ).bars,
    trades: (await stocks.stockTrades(recent)).trades,
    quotes: (await stocks.stockQuotes(recent)).quotes,
    news: (await new marketData.NewsApi(data).news({ symbols: "AAPL", limit: 1 })).news,
    calendar: await calendar.legacyCalendar({
      start: new Date("2026-11-25T12:00:00Z"),
      end: new Date("2026-11-27T12:00:00Z"),
    }),
    clock: await new trading.ClockApi(desk).legacyClock(),
    assets: (await assets.getV2Assets({ status: "active" })).map((asset) => asset.symbol),
    asset: await assets.getV2AssetsSymbolOrAssetId({ symbolOrAssetId: "AAPL" }),
  };
}

// Ends with the bar or the news of Zoom, which is the last of all.
function stream(news) {
  const told = {};
  const { marketData: market } = new Alpaca(keys);
  const path = url.replace("http", "ws") + (news ? "/v1beta1/news" : "/v2/iex");
  const socket = news ? market.newsStream({ url: path }) : market.stockStream({ url: path });
  return new Promise((done, failed) => {
    const note = (kind) => (message) => {
      (told[kind] ??= []).push(message);
      if ((kind === "bars" && message.symbol === "ZM") || message.symbols?.includes("ZM")) {
        socket.disconnect();
        done(told);
      }
    };
    socket.onError((error) => failed(new Error(error)));
    socket.onTrade(note("trades")).onQuote(note("quotes")).onBar(note("bars"));
    socket.onStatus(note("statuses")).onLuld(note("lulds")).onNews(note("news"));
    socket.onCorrection(note("corrections")).onCancelError(note("cancels"));
    socket.onConnect(() => {
      if (news) {
        socket.subscribeForNews(["*"]);
        return;
      }
      socket.subscribeForTrades(["AAPL", "MSFT", "ZM"]);
      socket.subscribeForQuotes(["AAPL"]);
      socket.subscribeForStatuses(["AAPL"]);
      socket.subscribeForLulds(["AAPL"]);
      socket.subscribeForBars(["*"]);
    });
    socket.connect();
  });
}

console.log(JSON.stringify(what === "rest" ? await rest() : await stream(what === "news")));
