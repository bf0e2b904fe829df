// The last daily closes of the symbols that have a tile: read once, and again after a while.

import {getRows, url} from '../lib/api.js';

const SESSIONS = 60;
const AGAIN_MS = 10 * 60_000;
const AT_ONCE = 3;

const events = new EventTarget();
const known = new Map();
const waiting = new Set();
let under = 0;

/** @param {() => void} listener is called when more closes are known */
export function onCloses(listener) {
  events.addEventListener('change', listener);
}

/** @returns {number[]} oldest first */
export function closesOf(symbol) {
  return known.get(symbol)?.closes ?? [];
}

/** Has them read that are not known, a few at a time: the prices go first. */
export function wantCloses(symbols) {
  for (const symbol of symbols) {
    if (!known.has(symbol) || Date.now() - known.get(symbol).at > AGAIN_MS) {
      waiting.add(symbol);
    }
  }
  work();
}

async function work() {
  while (under < AT_ONCE && waiting.size) {
    const [symbol] = waiting;
    waiting.delete(symbol);
    under++;
    known.set(symbol, {closes: closesOf(symbol), at: Date.now()});
    read(symbol).finally(() => {
      under--;
      work();
    });
  }
}

async function read(symbol) {
  try {
    const {data} = await getRows(url('/api/bars', {symbol, timeframe: '1Day', order: 'desc', limit: SESSIONS, adjusted: true}));
    // Both sources may have the same session: one line is drawn from one of them.
    const source = data[0]?.source;
    const feed = data[0]?.feed;
    known.set(symbol, {
      closes: data.filter((bar) => bar.source === source && bar.feed === feed).map((bar) => bar.close).reverse(),
      at: Date.now(),
    });
    events.dispatchEvent(new Event('change'));
  } catch {
    // A tile does without its line; what is wrong with the way, the polls say.
    known.delete(symbol);
  }
}
