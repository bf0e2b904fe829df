// The ledger of gaps: what was not delivered, what becomes of it, and the buttons that take up again what was given up.

import {byId, h, keyed, show, text} from '../lib/dom.js';
import {whole} from '../lib/format.js';
import {toSymbol} from '../lib/route.js';
import {now} from '../lib/time.js';
import {actionButton, relabel, switchOff} from './action.js';
import {badge, cell, setBadge, setTime, timeCell} from './cells.js';
import {sourceName} from './sources.js';

const RETRY = 'Retry';

function reopenButton(gap, after) {
  const id = gap.gap_id;
  let done = '';
  const button = actionButton('Reopen', `Reopen: gap ${id}`, () => {
    done = button.textContent === RETRY ? `Gap ${id} is due now: the next repair asks for it.` : `Gap ${id} was reopened.`;
    return `/api/gaps/${id}/reopen`;
  }, () => done, after);
  return button;
}

/** Whether it waits for its next try, which a person need not. */
function waits(gap) {
  return gap.status === 'open' && gap.to_ts != null && Date.parse(gap.next_try_at) > now();
}

function create(gap, after) {
  return h('tr', {},
    h('th', {scope: 'row', 'data-label': 'Symbol'}, h('a', {href: toSymbol(gap.symbol)}, gap.symbol)),
    cell('What', h('span', {})),
    cell('From', timeCell()),
    cell('To', timeCell()),
    cell('Status', badge()),
    cell('Tries', h('span', {}), {class: 'number'}),
    cell('Next try', timeCell()),
    cell('Why', h('span', {class: 'reason'}, h('span', {}), h('small', {}))),
    cell('Steer', h('span', {class: 'buttons'}, reopenButton(gap, after))));
}

function update(row, gap) {
  const [, what, from, to, status, tries, next, why, steer] = row.children;
  const frame = gap.timeframe && gap.timeframe !== '-' ? ` ${gap.timeframe}` : '';
  text(what.firstElementChild, `${gap.dataset}${frame}, ${sourceName(gap)}`);
  setTime(from.firstElementChild, gap.from_ts);
  setTime(to.firstElementChild, gap.to_ts, 'goes on');
  setBadge(status.firstElementChild, gap.status);
  text(tries.firstElementChild, whole(gap.attempts));
  setTime(next.firstElementChild, gap.status === 'open' && gap.to_ts ? gap.next_try_at : null);
  text(why.firstElementChild.firstElementChild, gap.reason);
  text(why.firstElementChild.lastElementChild, gap.last_error ?? '');
  const button = steer.firstElementChild.firstElementChild;
  const label = gap.status === 'open' ? RETRY : 'Reopen';
  relabel(button, label, `${label}: gap ${gap.gap_id}`);
  switchOff(button, gap.status !== 'abandoned' && !waits(gap));
}

/** Puts the button that reopens all abandoned gaps beside the filter. */
export function startGaps(after) {
  byId('gap-filters').append(actionButton('Reopen all', 'Reopen all abandoned gaps', () => '/api/gaps/reopen',
    ({reopened}) => `${whole(reopened)} gap${reopened === 1 ? ' was' : 's were'} reopened.`, after));
}

export function drawGaps(gaps, after) {
  keyed(byId('gaps'), gaps, (gap) => gap.gap_id, (gap) => create(gap, after), update);
  show(byId('gaps-empty'), gaps.length === 0);
  const status = byId('gap-status').value;
  text(byId('gaps-empty'), status === 'open' ? 'Nothing is owed: there is no open gap.' : 'There is no such gap.');
}
