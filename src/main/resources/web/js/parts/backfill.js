// The backfill: the form that begins one, how far it has come, the button that stops it, and how the last ones ended.

import {post, remove} from '../lib/api.js';
import {attr, byId, h, keyed, show, text} from '../lib/dom.js';
import {span, whole} from '../lib/format.js';
import {mayChange, onStatus} from '../lib/status.js';
import {isoDate, now} from '../lib/time.js';
import {toast} from '../lib/toast.js';
import {steerButton, switchOff} from './action.js';
import {badge, cell, setBadge, setTime, timeCell} from './cells.js';
import {NAMES} from './chart-words.js';
import {field, formDialog, select, typedSymbols} from './form-dialog.js';

const SOURCES = {alpaca: 'Alpaca', yahoo: 'Yahoo'};
const TIMEFRAMES = {...NAMES, trades: 'trades'};
const SHOWN = 5;

let again = () => {};

function ask() {
  const today = isoDate(now());
  const source = select('backfill-source', SOURCES, 'alpaca');
  const timeframe = select('backfill-timeframe', TIMEFRAMES, '1Day');
  const from = h('input', {type: 'date', id: 'backfill-from', max: today});
  const to = h('input', {type: 'date', id: 'backfill-to', max: today, value: today});
  const symbols = h('input', {type: 'text', id: 'backfill-symbols', autocomplete: 'off', spellcheck: 'false', maxlength: '20000'});
  source.addEventListener('change', () => {
    // Yahoo keeps nothing shorter for long.
    for (const option of timeframe.options) {
      option.disabled = source.value === 'yahoo' && option.value !== '1Day';
    }
    if (timeframe.selectedOptions[0].disabled) {
      timeframe.value = '1Day';
    }
  });
  formDialog('Load history', [
    h('p', {class: 'by'}, 'What is stored already, or proved by receipts, is not requested again. Everything else on the account goes first.'),
    h('div', {class: 'fields'}, field('Source', source), field('Timeframe', timeframe),
      field('From', from), field('To', to)),
    field('Symbols', symbols, 'With blanks or commas between them. Without any: all active ones that the source serves.'),
  ], 'Start', async () => {
    const typed = typedSymbols(symbols);
    const answer = await post('/api/backfills', {
      source: source.value, timeframe: timeframe.value, from: from.value, to: to.value, ...(typed.length && {symbols: typed})});
    return `The backfill of ${whole(answer.symbols)} symbol${answer.symbols === 1 ? '' : 's'} was started.`;
  }, () => again());
}

const start = steerButton('Load history…', 'Load history', ask);

const stop = steerButton('Stop', 'Stop the backfill', async (button) => {
  switchOff(button, true);
  try {
    await remove('/api/backfills/current');
    toast('The backfill ends once what is under way is stored.');
  } catch (problem) {
    toast(problem.message, 'bad');
  } finally {
    again();
  }
});

function figures(run) {
  if (!run.here) {
    return 'It runs in another process, which knows its progress and can stop it.';
  }
  if (run.stopping) {
    return `${whole(run.rows)} rows stored; it ends once what is under way is stored.`;
  }
  return [
    `${Math.floor(run.done * 100)} %`,
    `${whole(run.rows)} rows stored`,
    `${whole(Math.round(run.rows_per_second))} rows/s`,
    run.seconds_to_go == null ? 'remaining time unknown' : `about ${span(run.seconds_to_go)} to go`,
  ].join(' · ');
}

function question(run) {
  return run.source
    ? `${SOURCES[run.source] ?? run.source}, ${TIMEFRAMES[run.timeframe] ?? run.timeframe}, ${run.from} to ${run.to}, ${whole(run.symbols)} symbol${run.symbols === 1 ? '' : 's'}`
    : '–';
}

function create() {
  return h('tr', {},
    h('th', {scope: 'row', 'data-label': 'Started'}, timeCell()),
    cell('Asked for', h('span', {})),
    cell('Status', badge()),
    cell('Symbols', h('span', {}), {class: 'number'}),
    cell('Reason', h('span', {class: 'reason'})));
}

function update(row, run) {
  const [started, asked, state, symbols, reason] = row.children;
  setTime(started.firstElementChild, run.started_at);
  text(asked.firstElementChild, question(run));
  setBadge(state.firstElementChild, run.status);
  text(symbols.firstElementChild, run.expected == null ? '–' : `${whole(run.stored)} of ${whole(run.expected)}`);
  text(reason.firstElementChild, run.error);
}

/** @param {{running: any, ended: any[]}} data of /api/backfills */
export function drawBackfills({running, ended}) {
  show(byId('backfill-running'), running);
  if (running) {
    text(byId('backfill-question'), running.source ? question(running) : 'A backfill is running.');
    text(byId('backfill-figures'), figures(running));
    const bar = byId('backfill-bar');
    show(bar, running.here);
    attr(bar, 'value', running.here ? running.done : 0);
    switchOff(stop, running.stopping);
  }
  show(stop, running?.here);
  switchOff(start, running);
  show(byId('backfill-none'), !running && !ended.length);
  keyed(byId('backfills'), ended.slice(0, SHOWN), (run) => run.run_id, create, update);
}

/** @param {() => void} after what to read again */
export function startBackfill(after) {
  again = after;
  const line = byId('backfill-steer');
  line.append(stop, start);
  const fit = () => show(line, mayChange());
  onStatus(fit);
  fit();
}
