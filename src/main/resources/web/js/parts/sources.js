// Which sources and feeds have bars of a symbol and timeframe.

import {get, url} from '../lib/api.js';

/** Those that are asked about, in the order in which they are preferred. */
const KNOWN = [['alpaca', 'sip'], ['yahoo', '-'], ['alpaca', 'iex'], ['alpaca', null]];
const NAMES = {yahoo: 'Yahoo', alpaca: 'Alpaca'};

/** @returns {string} such as Alpaca SIP */
export function sourceName({source, feed}) {
  const name = NAMES[source] ?? source;
  return feed === '-' ? name : `${name} ${feed.toUpperCase()}`;
}

export const sourceKey = ({source, feed}) => (feed === '-' ? source : `${source}-${feed}`);

/**
 * @returns {Promise<{source: string, feed: string, ts: string}[]>} those that have bars, with the time
 *     of the newest; the one that is newest first, and of two alike the preferred one
 */
export async function sourcesOf(symbol, timeframe) {
  const answers = await Promise.all(KNOWN.map(([source, feed]) =>
    get(url('/api/bars', {symbol, timeframe, source, feed, order: 'desc', limit: 1}))));
  const found = new Map();
  for (const {data} of answers) {
    if (data[0] && !found.has(sourceKey(data[0]))) {
      found.set(sourceKey(data[0]), {source: data[0].source, feed: data[0].feed, ts: data[0].ts});
    }
  }
  return [...found.values()].sort((a, b) => Date.parse(b.ts) - Date.parse(a.ts));
}
