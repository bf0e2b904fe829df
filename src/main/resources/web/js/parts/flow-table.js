// Every flow: when it runs, how its last run went, and the buttons that steer it.

import {post, url} from '../lib/api.js';
import {byId, h, keyed, show, text} from '../lib/dom.js';
import {NONE, span, whole} from '../lib/format.js';
import {onSecond} from '../lib/tick.js';
import {isoDate, now} from '../lib/time.js';
import {actionButton, relabel, steerButton, switchOff} from './action.js';
import {badge, cell, setBadge, setTime, timeCell} from './cells.js';
import {field, formDialog} from './form-dialog.js';

let flows = [];

/** A schedule in words; a cron stands as it is. */
function schedule(flow) {
  return {off: 'inside another flow, or by hand', session: 'each minute of the session', start: 'once at each start'}[flow.schedule]
    ?? flow.schedule ?? NONE;
}

function until(flow) {
  if (flow.running) {
    return 'running now';
  }
  if (flow.paused) {
    return 'paused';
  }
  if (flow.next_at == null) {
    return NONE;
  }
  const seconds = (Date.parse(flow.next_at) - now()) / 1000;
  return seconds <= 0 ? 'now' : `in ${span(seconds)}`;
}

/** For which session a flow is to run. */
function askDate(name, after) {
  const date = h('input', {type: 'date', id: 'run-date', max: isoDate(now())});
  formDialog(`Run ${name}`, [
    h('p', {class: 'by'}, flowOf(name).description),
    field('Session, New York', date, 'That session alone. Without a date: what is due.'),
  ], 'Run', async () => {
    if (date.validity.badInput) {
      throw new Error('This is not a date.');
    }
    await post(url(`/api/flows/${name}/run`, {date: date.value}));
    return date.value ? `${name} was started for ${date.value}.` : `${name} was started.`;
  }, after);
}

function create(flow, after) {
  const name = flow.flow;
  const run = flow.takes_date
    ? steerButton('Run now', `Run now: ${name}`, () => askDate(name, after))
    : actionButton('Run now', `Run now: ${name}`, () => `/api/flows/${name}/run`, () => `${name} was started.`, after);
  const pause = actionButton('Pause', `Pause: ${name}`,
    () => `/api/flows/${name}/${flowOf(name).paused ? 'resume' : 'pause'}`,
    (answer) => (answer.paused ? `${name} is paused: its schedule does not start it.` : `${name} runs by its schedule again.`), after);
  return h('tr', {'data-flow': name},
    h('th', {scope: 'row'}, h('b', {}, name), h('small', {class: 'what'})),
    cell('Schedule', h('span', {class: 'schedule'})),
    cell('Next run', h('span', {})),
    cell('Last run', h('span', {class: 'last'}, badge(), timeCell())),
    cell('Stored', h('span', {}), {class: 'number'}),
    cell('Steer', h('span', {class: 'buttons'}, run, pause)));
}

const flowOf = (name) => flows.find((flow) => flow.flow === name) ?? {};

function update(row, flow) {
  const [name, when, next, last, stored, steer] = row.children;
  text(name.lastElementChild, flow.description);
  text(when.firstElementChild, schedule(flow));
  text(next.firstElementChild, until(flow));
  const [state, time] = last.firstElementChild.children;
  setBadge(state, flow.running ? 'running' : flow.last_run?.status ?? null);
  state.title = flow.last_run?.error ?? '';
  setTime(time, flow.last_run?.started_at ?? null, 'never');
  text(stored.firstElementChild, flow.last_run?.expected == null
    ? NONE : `${whole(flow.last_run.stored)} of ${whole(flow.last_run.expected)}`);
  const [run, pause] = steer.firstElementChild.children;
  relabel(run, 'Run now', `Run now: ${flow.flow}`);
  switchOff(run, flow.running);
  relabel(pause, flow.paused ? 'Resume' : 'Pause', `${flow.paused ? 'Resume' : 'Pause'}: ${flow.flow}`);
  // Without a schedule there is nothing to pause.
  show(pause, flow.paused || !['off', 'start'].includes(flow.schedule));
  switchOff(pause, false);
}

/** @param {any[]} rows of /api/flows @param {() => void} after what to read again once a button was pressed */
export function drawFlows(rows, after) {
  flows = rows;
  keyed(byId('flows'), rows, (flow) => flow.flow, (flow) => create(flow, after), update);
}

export function startFlowTable() {
  onSecond(() => {
    for (const row of byId('flows').children) {
      const flow = flowOf(row.dataset.flow);
      if (flow.flow && row.children[2].firstElementChild) {
        text(row.children[2].firstElementChild, until(flow));
      }
    }
  });
}
