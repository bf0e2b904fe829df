// Everything about the picture that is said in words: for who cannot see it, and for who finds it empty.

import {attr, byId, h, keyed, show, text} from '../lib/dom.js';
import {price} from '../lib/format.js';
import {when} from './readout.js';

export const NAMES = {'1Min': '1 minute', '5Min': '5 minutes', '15Min': '15 minutes', '1Hour': '1 hour', '1Day': '1 day'};
const KINDS = {open: 'owed', abandoned: 'given up', empty: 'no bar'};

/** The chart in a sentence. @param {import('./slots.js').Slot[]} shown those with a bar, at least one */
export function describe(title, shown, timeframe) {
  const low = shown.reduce((a, b) => (b.bar.low < a.bar.low ? b : a));
  const high = shown.reduce((a, b) => (b.bar.high > a.bar.high ? b : a));
  const last = shown.at(-1);
  attr(byId('chart'), 'aria-label', `Candlestick chart with volume. ${title}. ${shown.length} bars from ${when(shown[0].ts, timeframe)} to ${when(last.ts, timeframe)}. Last close ${price(last.bar.close)}, lowest ${price(low.bar.low)}, highest ${price(high.bar.high)}.`);
  show(byId('chart-empty'), false);
}

/** There are no bars; what brings them. */
export function describeNone(title, symbol, timeframe) {
  attr(byId('chart'), 'aria-label', `${title}: no bars`);
  explain(`No bars of ${NAMES[timeframe]} of ${symbol} are stored.`, 'A backfill brings them, such as:',
    `java -jar target/caravan.jar backfill --source ${timeframe === '1Day' ? 'yahoo' : 'alpaca'} --timeframe ${timeframe} --from 2026-01-02 --to 2026-01-30 --symbols ${symbol}`);
}

/** Says in the place of the chart why there is none. */
export function explain(words, more = '', command = '') {
  const node = byId('chart-empty');
  show(node, true);
  node.replaceChildren(h('p', {}, words), more && h('p', {}, more), command && h('code', {}, command));
}

/** What the shades mean, of those that there are. @param {{from: number, to: number, kind: string}[]} areas */
export function drawLegend(areas, timeframe) {
  const counts = Object.entries(KINDS).map(([kind, word]) => {
    const count = areas.filter((area) => area.kind === kind).reduce((sum, area) => sum + area.to - area.from + 1, 0);
    return {kind, word, count};
  }).filter(({count}) => count);
  keyed(byId('chart-legend'), counts, ({kind}) => kind,
    ({kind}) => h('span', {class: 'shade', 'data-kind': kind}),
    (node, {word, count}) => text(node, `${word}: ${count} × ${NAMES[timeframe]}`));
}
