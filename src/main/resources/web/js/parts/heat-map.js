// Receipts as a table of symbols by sessions. Every cell says in a character what its colour says.

import {attr, byId, h, keyed, show, text} from '../lib/dom.js';
import {compact, whole} from '../lib/format.js';
import {toSymbol} from '../lib/route.js';
import {showReceipts} from './receipts.js';

/** The cell that the Tab key stops at. */
let stop = {row: 0, column: 0};

/** So few sessions need no table as wide as the page. */
const FEW = 12;

const NONE = {level: 'none', mark: '·', words: 'not counted'};

/** What a cell shows. */
export function cellOf(cell) {
  if (!cell || (cell.expected == null && cell.missing == null && !cell.stored)) {
    return cell && cell.expected === null && cell.stored === 0 && cell.missing === null && cell.no_trade !== null
      ? {level: 'unknown', mark: '?', words: 'the calendar is unknown'} : NONE;
  }
  if (cell.missing == null) {
    return {level: 'unknown', mark: '?', words: `${whole(cell.stored)} stored, the calendar is unknown`};
  }
  if (cell.missing === 0) {
    return {level: 'full', mark: '✓', words: `complete, ${whole(cell.stored)} stored, ${whole(cell.no_trade)} without a trade`};
  }
  const share = cell.missing / cell.expected;
  const level = share < 0.01 ? 'few' : share < 0.1 ? 'some' : 'many';
  return {level, mark: compact(cell.missing), words: `${whole(cell.missing)} of ${whole(cell.expected)} missing`};
}

const shortDate = (session) => {
  const [, month, day] = session.split('-');
  return `${Number(month)}/${Number(day)}`;
};

function createRow(row) {
  return h('tr', {}, h('th', {scope: 'row'}, h('a', {href: toSymbol(row.symbol)}, row.symbol)));
}

function updateRow(element, row, sessions) {
  const cells = new Map((row.cells ?? []).map((cell) => [cell.session, cell]));
  const heads = [...element.querySelectorAll('th')];
  const items = [{head: heads[0]}, ...sessions.map((session) => ({session, cell: cells.get(session)}))];
  keyed(element, items, (item) => item.session ?? 'head',
    (item) => item.head ?? h('td', {}, h('button', {type: 'button', tabindex: '-1'},
      h('span', {'aria-hidden': 'true'}), h('span', {class: 'visually-hidden'}))),
    (node, item) => {
      if (item.head) {
        return;
      }
      const {level, mark, words} = cellOf(item.cell);
      const button = node.firstElementChild;
      attr(node, 'data-level', level);
      attr(button, 'title', `${row.symbol}, ${item.session}: ${words}`);
      attr(button, 'data-symbol', row.symbol);
      attr(button, 'data-session', item.session);
      text(button.firstElementChild, mark);
      text(button.lastElementChild, words);
    });
}

function cells() {
  return [...byId('heat-body').rows].map((row) => [...row.querySelectorAll('button')]);
}

function rove(row, column, focus) {
  const all = cells();
  if (all.length === 0) {
    return;
  }
  const at = {
    row: Math.max(0, Math.min(all.length - 1, row)),
    column: Math.max(0, Math.min(all[0].length - 1, column)),
  };
  all[stop.row]?.[stop.column]?.setAttribute('tabindex', '-1');
  stop = at;
  const button = all[at.row]?.[at.column];
  button?.setAttribute('tabindex', '0');
  if (focus) {
    button?.focus();
  }
}

/** @param {{sessions: string[], symbols: any[]}} map */
export function drawHeat(map) {
  const sessions = [...map.sessions].sort();
  keyed(byId('heat-head'), [sessions], () => 'head', () => h('tr', {}), (row) => {
    keyed(row, ['', ...sessions], (session) => session,
      (session) => (session
        ? h('th', {scope: 'col'}, h('time', {datetime: session, title: session}, shortDate(session)))
        : h('th', {scope: 'col'}, 'Symbol')),
      () => {});
  });
  keyed(byId('heat-body'), map.symbols, (row) => row.symbol, createRow, (element, row) => updateRow(element, row, sessions));
  attr(byId('heat'), 'data-few', sessions.length < FEW ? 'yes' : null);
  show(byId('heat'), map.symbols.length && sessions.length);
  show(byId('heat-empty'), !(map.symbols.length && sessions.length));
  text(byId('heat-empty'), 'No receipts yet. The flow receipts counts each session that is over: run it on page Runs.');
  if (!byId('heat-body').querySelector('[tabindex="0"]')) {
    rove(0, sessions.length - 1, false);
    // Where there is no room for all of them, the newest are seen.
    byId('heat-frame').scrollLeft = byId('heat-frame').scrollWidth;
  }
}

export function startHeat() {
  byId('heat-body').addEventListener('keydown', (event) => {
    const move = {ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0],
      Home: [0, -Infinity], End: [0, Infinity]}[event.key];
    if (move && event.target.matches('button')) {
      event.preventDefault();
      rove(stop.row + move[0], stop.column + move[1], true);
    }
  });
  byId('heat-body').addEventListener('click', (event) => {
    const button = event.target.closest('button');
    if (button) {
      const row = button.closest('tr');
      rove(row.sectionRowIndex, [...row.querySelectorAll('button')].indexOf(button), true);
      showReceipts(button.dataset.symbol, button.dataset.session);
    }
  });
}
