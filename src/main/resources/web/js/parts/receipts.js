// The receipts of one symbol and session, in a dialog.

import {get, url} from '../lib/api.js';
import {h} from '../lib/dom.js';
import {NONE, whole} from '../lib/format.js';
import {failed} from '../lib/health.js';
import {setTime, timeCell} from './cells.js';
import {openDialog} from './dialog.js';
import {sourceName} from './sources.js';

const COLUMNS = [['From', ''], ['What', ''], ['Expected', 'number'], ['Stored', 'number'], ['No trade', 'number'], ['Missing', 'number'], ['Proved', '']];

function row(receipt) {
  const proved = timeCell();
  setTime(proved, receipt.proved_at, 'not yet');
  const what = receipt.timeframe === '-' ? receipt.dataset : `${receipt.dataset} ${receipt.timeframe}`;
  return h('tr', {},
    h('th', {scope: 'row'}, sourceName(receipt)),
    h('td', {}, what),
    ...[receipt.expected, receipt.stored, receipt.no_trade].map((count) =>
      h('td', {class: 'number'}, count == null ? NONE : whole(count))),
    h('td', {class: 'number', 'data-sign': receipt.missing ? -1 : null}, receipt.missing == null ? NONE : whole(receipt.missing)),
    h('td', {}, proved));
}

// Why bars are missing of which a full answer has none, each reason once.
function notes(receipts) {
  return [...new Set(receipts.filter((receipt) => receipt.note).map((receipt) => `Missing: ${receipt.note}.`))];
}

export async function showReceipts(symbol, session) {
  try {
    const {data} = await get(url('/api/receipts', {symbol, session}));
    openDialog(`${symbol}, session ${session}`, data.length
      ? [h('div', {class: 'table-frame', tabindex: '0', role: 'group', 'aria-label': 'Receipts, a table'},
        h('table', {},
          h('caption', {class: 'visually-hidden'}, `Receipts of ${symbol}, session ${session}`),
          h('thead', {}, h('tr', {}, ...COLUMNS.map(([name, kind]) => h('th', {scope: 'col', class: kind || null}, name)))),
          h('tbody', {}, ...data.map(row)))),
      ...notes(data).map((note) => h('p', {class: 'hint'}, note)),
      h('p', {class: 'hint'}, 'Expected is by the exchange\'s calendar. “No trade” was proved by the provider\'s own full answer.')]
      : [h('p', {class: 'empty'}, 'This session was not counted.')]);
  } catch (problem) {
    failed(problem);
    openDialog(`${symbol}, session ${session}`, [h('p', {class: 'empty'}, problem.message)]);
  }
}
