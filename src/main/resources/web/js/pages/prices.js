// Prices: the symbols, a tile for each that is watched, and all about the chosen one.

import {attr, byId, show, text} from '../lib/dom.js';
import {NONE, change, percent, price} from '../lib/format.js';
import {recall, remember} from '../lib/memory.js';
import {read, replace, toSymbol} from '../lib/route.js';
import {hideChart, showChart, startChart} from '../parts/chart.js';
import {leaveNews, showNews, startNews} from '../parts/news.js';
import {showProfile} from '../parts/profile.js';
import {onQuotes, startQuotes, symbols} from '../parts/quotes.js';
import {choose, startSymbolList} from '../parts/symbol-list.js';
import {startSymbolSteer, steerSymbol} from '../parts/symbol-steer.js';
import {chooseTile, drawTiles, startTiles} from '../parts/tiles.js';
import {toggle, watchedOf} from '../parts/watched.js';

let here = false;
let started = false;

/** @returns {string|null} the symbol of the address, else the last one, else the first */
function wanted(item) {
  const known = (symbol) => symbols?.some((row) => row.symbol === symbol);
  const last = recall('symbol');
  return item ?? (known(last) ? last : (symbols ?? []).find((row) => row.status === 'active')?.symbol ?? symbols?.[0]?.symbol ?? null);
}

function draw() {
  if (!here || symbols === null) {
    return;
  }
  const route = read();
  const symbol = wanted(route.item);
  choose(symbol, route.query);
  chooseTile(symbol, route.query);
  const row = symbols.find((other) => other.symbol === symbol);
  steerSymbol(row);
  head(symbol, row);
  if (symbol === null) {
    return;
  }
  if (route.item === null) {
    replace(toSymbol(symbol, route.query));
  }
  if (row) {
    remember('symbol', symbol);
  }
  document.title = `${symbol}${row?.price == null ? '' : ` ${price(row.price)}`} · Caravan`;
  showChart(symbol, route.query);
  showNews(symbol);
  showProfile(symbol);
}

function head(symbol, row) {
  text(byId('chart-symbol'), symbol ?? 'No symbol');
  text(byId('chart-company'), row?.name ?? (symbol && !row ? 'is not among the symbols' : ''));
  const line = byId('chart-price');
  text(line, row?.price == null ? NONE : `${price(row.price)}  ${change(row.change)} (${percent(row.change_percent)})`);
  attr(line, 'data-sign', Math.sign(row?.change ?? 0));
  const watch = byId('watch');
  show(watch, row);
  const watched = watchedOf(symbols).some((other) => other.symbol === symbol);
  attr(watch, 'aria-pressed', String(watched));
  text(watch, watched ? 'Watched' : 'Watch');
}

function start() {
  started = true;
  startSymbolList();
  startSymbolSteer();
  startTiles();
  startChart();
  startNews();
  onQuotes(draw);
  byId('watch').addEventListener('click', () => {
    toggle(byId('chart-symbol').textContent, symbols);
    drawTiles();
    draw();
  });
}

startQuotes();

export const prices = {
  title: 'Prices',
  enter() {
    here = true;
    if (!started) {
      start();
    }
    draw();
  },
  leave() {
    here = false;
    leaveNews();
    hideChart();
  },
};
