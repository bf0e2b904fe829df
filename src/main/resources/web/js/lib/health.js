// What is known of the way to the data, from all that was asked: one place, so that a page and a
// banner never say different things.

/** @typedef {'unknown'|'well'|'server'|'database'|'login'} Way */

const BELIEVED_MS = 4000;
const events = new EventTarget();

let way = /** @type {Way} */ ('unknown');
let reason = '';
let seen = null;
let refusedAt = 0;

export const health = {
  get way() {
    return way;
  },
  get reason() {
    return reason;
  },
  /** When data last came, by the browser's clock; null before the first time. */
  get seen() {
    return seen;
  },
};

/** @param {() => void} listener is called when the way changes, or the reason */
export function onHealth(listener) {
  events.addEventListener('change', listener);
}

/** @param {() => void} listener is called when it is worth asking again */
export function onRetry(listener) {
  events.addEventListener('retry', listener);
}

function become(next, why) {
  if (next === way && why === reason) {
    return;
  }
  way = next;
  reason = why;
  events.dispatchEvent(new Event('change'));
}

/** Rows came out of the database, or it was confirmed that they are still the same. */
export function served() {
  seen = Date.now();
  become('well', '');
}

/** The server has answered; what it says of the database. */
export function serverSays(database) {
  if (!database.up) {
    become('database', database.message ?? '');
  } else if (way !== 'database') {
    become('well', '');
  } else {
    // A reader that was refused a moment ago knows better; it is to ask again.
    events.dispatchEvent(new Event('retry'));
    if (Date.now() - refusedAt > BELIEVED_MS) {
      become('well', '');
    }
  }
}

/** @param {import('./api.js').Problem} problem */
export function failed(problem) {
  if (problem.kind === 'server' || problem.kind === 'database' || problem.kind === 'login') {
    refusedAt = Date.now();
    become(problem.kind, problem.message);
  }
}
