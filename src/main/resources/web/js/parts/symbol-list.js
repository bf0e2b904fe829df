// The sidebar: each symbol with its state, its price and how fresh that is.

import {attr, byId, h, keyed, show, text} from '../lib/dom.js';
import {NONE, percent, price, span} from '../lib/format.js';
import {toSymbol} from '../lib/route.js';
import {onSecond} from '../lib/tick.js';
import {age, both} from '../lib/time.js';
import {freshness, onQuotes, symbols} from './quotes.js';

const WORDS = {fresh: 'fresh', old: 'old', closed: 'market closed', none: 'no price yet'};

let chosen = null;
let query = new URLSearchParams();

const list = byId('symbols');
const search = byId('symbol-search');

function matches(row, wanted) {
  return !wanted || row.symbol.toLowerCase().startsWith(wanted) || (row.name ?? '').toLowerCase().includes(wanted);
}

function create(row) {
  const link = h('a', {class: 'symbol', href: toSymbol(row.symbol)},
    h('span', {class: 'dot'}),
    h('span', {class: 'symbol-name'}, h('b', {}, row.symbol), h('small', {})),
    h('span', {class: 'symbol-price'}, h('span', {class: 'money'}), h('small', {})));
  return h('li', {}, link);
}

function update(item, row) {
  const link = item.firstElementChild;
  const [dot, name, figures] = link.children;
  const state = row.status === 'active' ? freshness(row) : 'inactive';
  attr(link, 'href', toSymbol(row.symbol, query));
  attr(link, 'data-state', state);
  attr(link, 'aria-current', row.symbol === chosen ? 'true' : null);
  attr(link, 'tabindex', row.symbol === stop() ? '0' : '-1');
  attr(dot, 'title', state === 'inactive' ? row.note ?? 'inactive' : WORDS[state]);
  text(name.lastElementChild, row.name ?? '');
  text(figures.firstElementChild, row.price == null ? NONE : price(row.price));
  ages(item, row, state);
}

function ages(item, row, state) {
  const small = item.querySelector('.symbol-price small');
  const old = age(row.price_ts);
  text(small, state === 'inactive' ? 'inactive'
    : state === 'none' ? 'no price'
      : state === 'fresh' ? `${percent(row.change_percent)}` : `${span(old)} old`);
  attr(small, 'data-sign', state === 'fresh' && row.change ? Math.sign(row.change) : null);
  attr(small, 'title', row.price_ts ? `${span(old)} old, of ${both(row.price_ts)}` : null);
}

/** The one symbol that the Tab key stops at. */
function stop() {
  const rows = visible();
  return rows.some((row) => row.symbol === chosen) ? chosen : rows[0]?.symbol;
}

function visible() {
  const wanted = search.value.trim().toLowerCase();
  return (symbols ?? []).filter((row) => matches(row, wanted));
}

function draw() {
  if (symbols === null) {
    return;
  }
  const rows = visible();
  keyed(list, rows, (row) => row.symbol, create, update);
  text(byId('symbols-count'), rows.length === symbols.length ? symbols.length : `${rows.length} of ${symbols.length}`);
  show(byId('symbols-empty'), rows.length === 0);
  text(byId('symbols-empty'), symbols.length
    ? `No symbol begins with “${search.value.trim()}”, and no name contains it.`
    : 'No symbols yet. Add one above, or by the command symbols add.');
}

function focusAt(index) {
  const links = [...list.querySelectorAll('a')];
  const link = links[Math.max(0, Math.min(links.length - 1, index))];
  if (link) {
    links.forEach((other) => attr(other, 'tabindex', other === link ? '0' : '-1'));
    link.focus();
  }
}

function keys(event) {
  const links = [...list.querySelectorAll('a')];
  const at = links.indexOf(document.activeElement);
  const to = {ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: links.length - 1, PageDown: at + 10, PageUp: at - 10}[event.key];
  if (to !== undefined && !event.altKey && !event.ctrlKey && !event.metaKey) {
    event.preventDefault();
    if (to < 0 && event.key === 'ArrowUp') {
      search.focus();
    } else {
      focusAt(to);
    }
  } else if (event.key === 'Escape') {
    search.focus();
  }
}

function open(wanted) {
  if (!byId('symbols-toggle').disabled) {
    attr(byId('symbols-toggle'), 'aria-expanded', String(wanted));
  }
  attr(byId('sidebar'), 'data-open', wanted ? 'yes' : null);
}

/** Beside the prices the list is always open; above them, on a narrow screen, a button opens it. */
function fit(narrow) {
  byId('symbols-toggle').disabled = !narrow;
  attr(byId('symbols-toggle'), 'aria-expanded', narrow ? String(byId('sidebar').dataset.open === 'yes') : null);
}

export function startSymbolList() {
  const narrow = matchMedia('(max-width: 900px)');
  narrow.addEventListener('change', () => fit(narrow.matches));
  fit(narrow.matches);
  search.addEventListener('input', draw);
  search.addEventListener('keydown', (event) => {
    if (event.key === 'ArrowDown') {
      event.preventDefault();
      focusAt(0);
    } else if (event.key === 'Enter') {
      list.querySelector('a')?.click();
    } else if (event.key === 'Escape' && search.value) {
      event.preventDefault();
      search.value = '';
      draw();
    }
  });
  list.addEventListener('keydown', keys);
  byId('symbols-toggle').addEventListener('click', () => {
    open(byId('symbols-toggle').getAttribute('aria-expanded') !== 'true');
  });
  list.addEventListener('click', () => open(false));
  onQuotes(draw);
  onSecond(() => {
    for (const [index, row] of (symbols === null ? [] : visible()).entries()) {
      const item = list.children[index];
      if (item) {
        const state = row.status === 'active' ? freshness(row) : 'inactive';
        attr(item.firstElementChild, 'data-state', state);
        ages(item, row, state);
      }
    }
  });
}

/** @param {string|null} symbol that is shown @param {URLSearchParams} how kept while going to another */
export function choose(symbol, how) {
  chosen = symbol;
  query = how;
  draw();
}
