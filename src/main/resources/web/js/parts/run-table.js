// The history of runs.

import {attr, byId, h, keyed, show, text} from '../lib/dom.js';
import {NONE, duration, whole} from '../lib/format.js';
import {onSecond} from '../lib/tick.js';
import {now} from '../lib/time.js';
import {badge, cell, setBadge, setTime, timeCell} from './cells.js';

function create() {
  return h('tr', {},
    h('th', {scope: 'row', 'data-label': 'Started'}, timeCell()),
    cell('Flow', h('span', {class: 'flow-name'})),
    cell('Status', badge()),
    cell('Took', h('span', {}), {class: 'number'}),
    cell('Stored', h('span', {class: 'stored'}, h('span', {}), h('meter', {min: 0, max: 1, value: 1})), {class: 'number'}),
    cell('By', h('span', {})),
    cell('Reason', h('span', {class: 'reason'})));
}

function took(run) {
  return run.duration_ms ?? (run.finished_at
    ? Date.parse(run.finished_at) - Date.parse(run.started_at)
    : Math.max(0, now() - Date.parse(run.started_at)));
}

function update(row, run) {
  const [started, flow, status, time, stored, by, reason] = row.children;
  attr(row, 'data-run', run.run_id);
  attr(row, 'data-status', run.status);
  attr(row, 'data-started', run.status === 'running' ? run.started_at : null);
  setTime(started.firstElementChild, run.started_at);
  attr(flow, 'data-step', run.parent_run_id == null ? null : 'yes');
  text(flow.firstElementChild, run.flow);
  attr(flow.firstElementChild, 'title', run.parent_run_id == null ? null : `A step of run ${run.parent_run_id}`);
  setBadge(status.firstElementChild, run.status);
  text(time.firstElementChild, duration(took(run)));
  const [words, meter] = stored.firstElementChild.children;
  text(words, run.expected == null ? NONE : `${whole(run.stored)} of ${whole(run.expected)}`);
  show(meter, run.expected > 0);
  if (run.expected > 0) {
    attr(meter, 'max', run.expected);
    attr(meter, 'value', Math.min(run.expected, run.stored ?? 0));
    attr(meter, 'aria-label', `${whole(run.stored)} of ${whole(run.expected)} symbols stored`);
  }
  text(by.firstElementChild, {flow: 'a flow', api: 'a person, here', command: 'a command', schedule: 'its schedule'}[run.trigger] ?? run.trigger);
  text(reason.firstElementChild, run.error ?? '');
}

export function drawRuns(runs) {
  keyed(byId('runs'), runs, (run) => run.run_id, create, update);
  show(byId('runs-empty'), runs.length === 0);
  text(byId('runs-empty'), 'No run is like that. A flow runs by its schedule, or by the button Run now.');
}

export function startRunTable() {
  onSecond(() => {
    for (const row of byId('runs').querySelectorAll('[data-started]')) {
      text(row.children[3].firstElementChild, duration(Math.max(0, now() - Date.parse(row.dataset.started))));
    }
  });
}
