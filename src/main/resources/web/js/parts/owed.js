// The gaps of one symbol that matter to a chart: those that are open, and those that were given up.

import {url} from '../lib/api.js';
import {Poll} from '../lib/poll.js';

const SECONDS = 20;
const MOST = 500;

export class Owed {
  #polls;
  #gaps = {open: [], abandoned: []};

  /** @param {() => string|null} symbol @param {() => void} changed */
  constructor(symbol, changed) {
    this.#polls = ['open', 'abandoned'].map((status) => new Poll(
      () => symbol() && url('/api/gaps', {symbol: symbol(), status, limit: MOST}), SECONDS,
      (gaps) => {
        this.#gaps[status] = gaps;
        changed();
      }));
  }

  start() {
    this.#polls.forEach((poll) => poll.start());
  }

  stop() {
    this.#polls.forEach((poll) => poll.stop());
  }

  /** Another symbol. */
  anew() {
    this.#gaps = {open: [], abandoned: []};
    this.#polls.forEach((poll) => poll.anew());
  }

  /**
   * @param {number} now the end of a gap that has none yet
   * @returns {import('./slots.js').Owed[]} what is owed of such bars
   */
  of({source, feed, timeframe}, now) {
    return [...this.#gaps.open, ...this.#gaps.abandoned]
      .filter((gap) => gap.source === source && gap.feed === feed
        && (gap.dataset === 'bars' ? gap.timeframe === timeframe : gap.dataset === 'trades' && timeframe !== '1Day'))
      .map((gap) => ({
        from: Date.parse(gap.from_ts), to: gap.to_ts ? Date.parse(gap.to_ts) : now, status: gap.status}));
  }
}
