// What is under the crosshair, in words; and the bars that are seen, as a table.

import {attr, byId, h, keyed, text} from '../lib/dom.js';
import {NONE, change, compact, percent, price, whole} from '../lib/format.js';
import {HERE, SAME_ZONE, clock, longDay, minute, zoneName} from '../lib/time.js';

/** So many rows are read by nobody; the chart says which they are. */
const MOST_ROWS = 200;

/** @param {number} ts @param {string} timeframe */
export function when(ts, timeframe) {
  if (timeframe === '1Day') {
    return longDay(ts);
  }
  const there = `${longDay(ts)}, ${minute(ts)} New York`;
  return SAME_ZONE ? there : `${there} (${clock(ts, HERE).slice(0, 5)} ${zoneName(HERE)})`;
}

/** A bar in one line. @param {import('./slots.js').Slot|undefined} slot @param {any} before the bar before it */
export function sentence(slot, before, timeframe) {
  if (!slot) {
    return '';
  }
  if (!slot.bar) {
    return `${when(slot.ts, timeframe)}: no bar`;
  }
  const {open, high, low, close, volume} = slot.bar;
  const moved = before ? `, ${percent((close / before.close - 1) * 100)}` : '';
  return `${when(slot.ts, timeframe)}: open ${price(open)}, high ${price(high)}, low ${price(low)}, close ${price(close)}${moved}, volume ${whole(volume)}`;
}

/** Shows a bar above the chart. */
export function read(slot, before, timeframe) {
  const line = byId('chart-readout');
  if (!slot) {
    line.replaceChildren('\u00a0');
    return;
  }
  const {bar} = slot;
  const parts = [h('span', {class: 'when'}, when(slot.ts, timeframe))];
  if (bar) {
    for (const [letter, value] of [['O', bar.open], ['H', bar.high], ['L', bar.low], ['C', bar.close]]) {
      parts.push(h('span', {}, h('i', {}, letter), price(value)));
    }
    if (before) {
      const difference = Number((bar.close - before.close).toFixed(4));
      parts.push(h('span', {'data-sign': Math.sign(difference)},
        `${change(difference)} (${percent((bar.close / before.close - 1) * 100)})`));
    }
    parts.push(h('span', {}, h('i', {}, 'Vol'), compact(bar.volume)));
    if (bar.revision > 0) {
      parts.push(h('span', {class: 'note'}, `revised ${whole(bar.revision)}×`));
    }
    if (bar.final === false) {
      parts.push(h('span', {class: 'note'}, 'not final'));
    }
  } else {
    parts.push(h('span', {class: 'note'}, 'no bar'));
  }
  line.replaceChildren(...parts);
}

/** Fills the table with the slots that are seen, newest first. */
export function fillTable(slots, timeframe, title) {
  const rows = slots.slice(-MOST_ROWS).reverse();
  text(byId('chart-table-caption'), `${title}, newest first${slots.length > MOST_ROWS ? `; the newest ${MOST_ROWS} of ${slots.length}` : ''}`);
  keyed(byId('chart-table'), rows, (slot) => slot.ts,
    (slot) => h('tr', {}, h('th', {scope: 'row'}, when(slot.ts, timeframe)),
      ...Array.from({length: 5}, () => h('td', {class: 'number'}))),
    (row, {bar}) => {
      attr(row, 'data-missing', bar ? null : 'yes');
      const values = bar
        ? [price(bar.open), price(bar.high), price(bar.low), price(bar.close), whole(bar.volume)]
        : ['no bar', NONE, NONE, NONE, NONE];
      values.forEach((value, index) => text(row.children[index + 1], value));
    });
}
