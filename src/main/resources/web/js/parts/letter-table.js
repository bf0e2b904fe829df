// Dead letters: what could not be taken, why, and the button that has it read again.

import {get} from '../lib/api.js';
import {byId, h, keyed, show, text} from '../lib/dom.js';
import {whole} from '../lib/format.js';
import {failed} from '../lib/health.js';
import {actionButton, relabel, switchOff} from './action.js';
import {cell, setTime, timeCell} from './cells.js';
import {openDialog} from './dialog.js';

function replayButton(letter, after) {
  const id = letter.letter_id;
  return actionButton('Replay', `Replay: letter ${id}`, () => `/api/dead-letters/${id}/replay`,
    (answer) => (answer.replayed ? `Letter ${id} was replayed.` : `Letter ${id} was not replayed: ${answer.reason ?? 'it failed again'}`),
    after);
}

async function open(id) {
  try {
    const {data} = await get(`/api/dead-letters/${id}`);
    const times = timeCell();
    setTime(times, data.failed_at);
    openDialog(`Letter ${id}`, [
      h('p', {class: 'reason'}, data.reason),
      h('p', {class: 'by'}, `${data.route_id}${data.symbol ? `, ${data.symbol}` : ''}, `, times),
      data.payload
        ? h('pre', {tabindex: '0', role: 'group', 'aria-label': 'What the provider answered'}, data.payload)
        : h('p', {class: 'empty'}, 'The provider did not answer, so there is nothing to show.'),
    ]);
  } catch (problem) {
    failed(problem);
    openDialog(`Letter ${id}`, [h('p', {class: 'empty'}, problem.message)]);
  }
}

function create(letter, after) {
  const id = letter.letter_id;
  return h('tr', {'data-letter': id},
    h('th', {scope: 'row', 'data-label': 'Failed'}, timeCell()),
    cell('Symbol', h('span', {})),
    cell('Route', h('span', {})),
    cell('Reason', h('span', {class: 'reason'})),
    cell('Times', h('span', {}), {class: 'number'}),
    cell('Steer', h('span', {class: 'buttons'},
      replayButton(letter, after),
      h('button', {type: 'button', class: 'button', 'aria-label': `Show letter ${id}`, onclick: () => open(id)}, 'Show'))));
}

function update(row, letter) {
  const [failedAt, symbol, route, reason, times, steer] = row.children;
  setTime(failedAt.firstElementChild, letter.failed_at);
  text(symbol.firstElementChild, letter.symbol ?? '–');
  text(route.firstElementChild, letter.route_id);
  text(reason.firstElementChild, letter.reason);
  text(times.firstElementChild, whole(letter.times ?? 1));
  const replay = steer.firstElementChild.firstElementChild;
  const done = letter.replayed_at != null;
  const label = done ? 'Replayed' : letter.replayable === false ? 'Not replayable' : 'Replay';
  relabel(replay, label, `${label}: letter ${letter.letter_id}`);
  switchOff(replay, done || letter.replayable === false);
}

export function drawLetters(letters, after) {
  keyed(byId('letters'), letters, (letter) => letter.letter_id, (letter) => create(letter, after), update);
  show(byId('letters-empty'), letters.length === 0);
  text(byId('letters-empty'), byId('letter-status').value === 'open'
    ? 'No dead letters: all that was delivered could be taken.' : 'There is no such letter.');
}
