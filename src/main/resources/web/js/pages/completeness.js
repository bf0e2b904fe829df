// Completeness: what is there of what should be, what is owed, and what could not be taken.

import {url} from '../lib/api.js';
import {attr, byId, h, keyed, text} from '../lib/dom.js';
import {span, whole} from '../lib/format.js';
import {Poll} from '../lib/poll.js';
import {age} from '../lib/time.js';
import {drawGaps, startGaps} from '../parts/gap-table.js';
import {drawHeat, startHeat} from '../parts/heat-map.js';
import {drawLetters} from '../parts/letter-table.js';
import {PagesOfRows} from '../parts/pages-of-rows.js';

const SECONDS = 5;
const FIRST_PAGE = 50;
const SYMBOLS = 200;
const MOST = 1000;
const TYPING_MS = 250;

let started = false;

const map = new Poll(
  () => url('/api/completeness', {sessions: byId('heat-sessions').value, search: byId('heat-search').value.trim(), limit: SYMBOLS}),
  SECONDS, (data) => {
    drawHeat(data);
    figures(data);
  });

const gaps = new PagesOfRows(
  () => url('/api/gaps', {status: byId('gap-status').value, limit: FIRST_PAGE}),
  SECONDS, (gap) => gap.gap_id, (rows) => drawGaps(rows, () => gaps.now()), byId('gaps-more'));

const letters = new PagesOfRows(
  () => url('/api/dead-letters', {status: byId('letter-status').value, limit: FIRST_PAGE}),
  SECONDS, (letter) => letter.letter_id, (rows) => drawLetters(rows, () => letters.now()), byId('letters-more'));

function repair(run) {
  if (!run) {
    return ['has not run yet', 'It asks for what is owed, each minute.'];
  }
  const result = run.expected == null ? '' : `, ${whole(run.stored)} of ${whole(run.expected)} symbols served`;
  return run.status === 'running'
    ? ['is asking', `since ${span(age(run.started_at))}`]
    : [run.status, `${span(age(run.finished_at))} ago${result}${run.error ? `: ${run.error}` : ''}`];
}

function figures(data) {
  const cells = data.symbols.flatMap((row) => row.cells ?? []);
  const sum = (field) => cells.reduce((total, cell) => total + Number(cell[field] ?? 0), 0);
  const expected = sum('expected');
  const missing = sum('missing');
  const [state, more] = repair(data.repair);
  const rows = [
    ['Complete', expected ? `${((1 - missing / expected) * 100).toFixed(missing ? 3 : 0)} %` : '–',
      `${whole(missing)} of ${whole(expected)} missing, ${data.sessions.length} session${data.sessions.length === 1 ? '' : 's'}`, missing ? 'warn' : 'good'],
    ['Open gaps', whole(data.gaps_open), 'are owed, and asked for again', data.gaps_open ? 'warn' : 'good'],
    ['Given up', whole(data.gaps_abandoned), 'gaps whose request was refused: reopen them', data.gaps_abandoned ? 'bad' : 'good'],
    ['Repair', state, more, {failed: 'bad', partial: 'warn', running: 'info'}[data.repair?.status] ?? 'good'],
  ];
  keyed(byId('completeness-figures'), rows, ([name]) => name,
    () => h('li', {class: 'figure'}, h('span', {class: 'figure-name'}), h('b', {}), h('small', {})),
    (node, [name, value, note, tone]) => {
      node.dataset.tone = tone;
      text(node.children[0], name);
      text(node.children[1], value);
      text(node.children[2], note);
    });
  text(byId('completeness-lead'), missing
    ? 'Some bars are missing. Repair asks for them until the provider\'s own answer settles each.'
    : expected ? 'Everything that the calendar promises is there, or proved not to exist.' : '');
}

/** What is chosen of the lists, as files. */
function offer() {
  attr(byId('gaps-csv'), 'href', url('/api/gaps', {status: byId('gap-status').value, limit: MOST, format: 'csv'}));
  attr(byId('letters-csv'), 'href', url('/api/dead-letters', {status: byId('letter-status').value, limit: MOST, format: 'csv'}));
}

function start() {
  started = true;
  offer();
  startHeat();
  startGaps(() => gaps.now());
  let typing;
  byId('heat-search').addEventListener('input', () => {
    clearTimeout(typing);
    typing = setTimeout(() => map.anew(), TYPING_MS);
  });
  byId('heat-sessions').addEventListener('change', () => map.anew());
  byId('gap-status').addEventListener('change', () => gaps.anew());
  byId('letter-status').addEventListener('change', () => letters.anew());
  for (const chosen of ['gap-status', 'letter-status']) {
    byId(chosen).addEventListener('change', offer);
  }
  for (const form of ['heat-filters', 'gap-filters', 'letter-filters']) {
    byId(form).addEventListener('submit', (event) => event.preventDefault());
  }
}

export const completeness = {
  title: 'Completeness',
  enter() {
    if (!started) {
      start();
    }
    map.start();
    gaps.start();
    letters.start();
  },
  leave() {
    map.stop();
    gaps.stop();
    letters.stop();
  },
};
