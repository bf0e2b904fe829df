// The newest prices: read once for all who show them, on every page, since whoever looks at the runs
// has to hear too that quotes are getting old.

import {Poll} from '../lib/poll.js';
import {status} from '../lib/status.js';
import {age} from '../lib/time.js';

const SECONDS = 3;
/** With so many symbols an answer is a large one. */
const MANY = 300;
const SECONDS_OF_MANY = 15;

/** The flow asks each minute; in the demo each five seconds. */
const OLD_SECONDS = 180;
const OLD_SECONDS_DEMO = 20;

const events = new EventTarget();

/** @type {any[]|null} the rows of /api/symbols; null before they came */
export let symbols = null;

const poll = new Poll(
  () => '/api/symbols?limit=5000', SECONDS,
  (data) => {
    symbols = data;
    poll.every(data.length > MANY ? SECONDS_OF_MANY : SECONDS);
    events.dispatchEvent(new Event('change'));
  });

export function startQuotes() {
  poll.start();
}

/** Reads the symbols again now. */
export function againQuotes() {
  poll.now();
}

/** @param {() => void} listener is called when a price or a symbol has changed */
export function onQuotes(listener) {
  events.addEventListener('change', listener);
}

/** From how many seconds on a price is old while there is trading. */
export function oldAfter() {
  return status?.demo ? OLD_SECONDS_DEMO : OLD_SECONDS;
}

/** Whether new prices are to be expected now. The demo's exchange never closes. */
export function expected() {
  return Boolean(status?.demo || status?.session?.open);
}

function youngest(field) {
  const ages = (symbols ?? []).filter((row) => row[field]).map((row) => age(row[field]));
  return ages.length ? Math.min(...ages) : null;
}

/**
 * @returns {number|null} age in seconds of the newest price that was polled; those of the stream are
 *     no sign that the flow yahoo-quotes runs
 */
export function quotesAge() {
  return youngest('snapshot_ts');
}

/** Whether the stream brings prices all the same. */
export function streamed() {
  const newest = youngest('price_ts');
  return newest !== null && newest <= oldAfter();
}

/** Whether no symbol at all has a polled price that is young enough. */
export function quotesOld() {
  const newest = quotesAge();
  return newest !== null && expected() && newest > oldAfter();
}

/** @returns {'none'|'fresh'|'old'|'closed'} how far a symbol's price is to be trusted */
export function freshness(row) {
  if (row.price_ts == null) {
    return 'none';
  }
  if (!expected()) {
    return 'closed';
  }
  return age(row.price_ts) > oldAfter() ? 'old' : 'fresh';
}
