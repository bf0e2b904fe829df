// What many tables have: times in both zones, the state of a run, and cells that know their column.

import {attr, h, text} from '../lib/dom.js';
import {NONE} from '../lib/format.js';
import {HERE, SAME_ZONE, both, moment, zoneName} from '../lib/time.js';

/** @returns {HTMLElement} a place for a time, to be filled by {@link setTime} */
export function timeCell() {
  return h('span', {class: 'times'});
}

/** @param {string|null} iso */
export function setTime(cell, iso, otherwise = NONE) {
  if (cell.dataset.iso === String(iso)) {
    return;
  }
  cell.dataset.iso = String(iso);
  if (iso == null) {
    cell.replaceChildren(otherwise);
    return;
  }
  const instant = Date.parse(iso);
  cell.replaceChildren(h('time', {datetime: iso, title: both(iso)}, moment(instant)));
  if (!SAME_ZONE) {
    cell.append(h('small', {}, `${moment(instant, HERE)} ${zoneName(HERE)}`));
  }
}

const TONES = {
  running: 'info', succeeded: 'good', partial: 'warn', failed: 'bad', skipped: 'quiet', interrupted: 'warn',
  open: 'warn', filled: 'good', no_trades: 'good', abandoned: 'bad', replayed: 'good',
};

/** @returns {HTMLElement} a badge, to be filled by {@link setBadge} */
export function badge() {
  return h('span', {class: 'badge'});
}

export function setBadge(node, state) {
  attr(node, 'data-tone', TONES[state] ?? 'quiet');
  text(node, state == null ? NONE : state.replace('_', ' '));
}

/** A cell with the name of its column, which shows where a table has become a list of cards. */
export function cell(label, content, attributes = {}) {
  return h('td', {'data-label': label, ...attributes}, content);
}
