// The ledger of gaps: what was not delivered, and what becomes of it.

import {byId, h, keyed, show, text} from '../lib/dom.js';
import {whole} from '../lib/format.js';
import {toSymbol} from '../lib/route.js';
import {badge, cell, setBadge, setTime, timeCell} from './cells.js';
import {sourceName} from './sources.js';

function create(gap) {
  return h('tr', {},
    h('th', {scope: 'row', 'data-label': 'Symbol'}, h('a', {href: toSymbol(gap.symbol)}, gap.symbol)),
    cell('What', h('span', {})),
    cell('From', timeCell()),
    cell('To', timeCell()),
    cell('Status', badge()),
    cell('Tries', h('span', {}), {class: 'number'}),
    cell('Next try', timeCell()),
    cell('Why', h('span', {class: 'reason'}, h('span', {}), h('small', {}))));
}

function update(row, gap) {
  const [, what, from, to, status, tries, next, why] = row.children;
  const frame = gap.timeframe && gap.timeframe !== '-' ? ` ${gap.timeframe}` : '';
  text(what.firstElementChild, `${gap.dataset}${frame}, ${sourceName(gap)}`);
  setTime(from.firstElementChild, gap.from_ts);
  setTime(to.firstElementChild, gap.to_ts, 'goes on');
  setBadge(status.firstElementChild, gap.status);
  text(tries.firstElementChild, whole(gap.attempts));
  setTime(next.firstElementChild, gap.status === 'open' && gap.to_ts ? gap.next_try_at : null);
  text(why.firstElementChild.firstElementChild, gap.reason);
  text(why.firstElementChild.lastElementChild, gap.last_error ?? '');
}

export function drawGaps(gaps) {
  keyed(byId('gaps'), gaps, (gap) => gap.gap_id, create, update);
  show(byId('gaps-empty'), gaps.length === 0);
  const status = byId('gap-status').value;
  text(byId('gaps-empty'), status === 'open' ? 'Nothing is owed: there is no open gap.' : 'There is no such gap.');
}
