// What the server says of itself, and who may do what.

import {serverSays} from './health.js';
import {Poll} from './poll.js';
import {setServerTime} from './time.js';

const SECONDS = 3;
const events = new EventTarget();

/** The newest answer of /api/status; null before the first. */
export let status = null;

const poll = new Poll(
  () => '/api/status', SECONDS,
  (data) => {
    status = data;
    setServerTime(data.now);
    serverSays(data.database ?? {up: true});
    events.dispatchEvent(new Event('change'));
  },
  undefined, false);

export function startStatus() {
  poll.start();
}

/** @param {() => void} listener */
export function onStatus(listener) {
  events.addEventListener('change', listener);
}

/** Whether this person may change something; unknown counts as yes, since the server decides. */
export function mayChange() {
  return status?.role !== 'viewer';
}

/** Enables what changes something, or says why it is not. */
export function guard(button) {
  button.disabled = !mayChange() || button.dataset.busy === 'yes' || button.dataset.off === 'yes';
  if (mayChange()) {
    button.removeAttribute('aria-describedby');
  } else {
    button.setAttribute('aria-describedby', 'viewer-note');
  }
}
