// The head and foot of every page: the session, whether what is shown is live, and the clocks.

import {attr, byId, show, text} from '../lib/dom.js';
import {span} from '../lib/format.js';
import {health, onHealth} from '../lib/health.js';
import {onStatus, status} from '../lib/status.js';
import {onSecond} from '../lib/tick.js';
import {HERE, SAME_ZONE, both, clock, day, isoDate, minute, now, zoneName} from '../lib/time.js';

const WORDS = {
  unknown: ['quiet', 'Connecting'],
  well: ['good', 'Live'],
  server: ['bad', 'No server'],
  database: ['bad', 'No database'],
  login: ['bad', 'Not logged in'],
};

function session() {
  const pill = byId('session-state');
  const session = status?.session;
  show(pill, session);
  if (!session) {
    return;
  }
  attr(pill, 'data-tone', session.open ? 'good' : 'quiet');
  const at = session.open ? session.closes_at : session.opens_at;
  const when = at == null ? '' : isoDate(Date.parse(at)) === isoDate(now())
    ? minute(Date.parse(at)) : `${day(Date.parse(at))}, ${minute(Date.parse(at))}`;
  const word = session.open ? 'Market open' : 'Market closed';
  text(pill, when ? `${word} · ${session.open ? 'closes' : 'opens'} ${when} New York` : word);
  attr(pill, 'title', both(at));
}

function live() {
  const [tone, word] = WORDS[health.way];
  attr(byId('live-state'), 'data-tone', tone);
  text(byId('live-text'), word);
  attr(document.body, 'data-stale', health.way === 'well' || health.way === 'unknown' ? null : health.way);
}

function clocks() {
  const instant = now();
  text(byId('clock'), SAME_ZONE
    ? `New York ${clock(instant)}`
    : `New York ${clock(instant)} · ${zoneName(HERE)} ${clock(instant, HERE)}`);
  if (health.seen && health.way !== 'well') {
    attr(byId('live-state'), 'title', `The newest data came ${span((Date.now() - health.seen) / 1000)} ago`);
  }
}

export function startFrame() {
  document.querySelector('.skip').addEventListener('click', (event) => {
    // The address names a page; the link must not change it.
    event.preventDefault();
    byId('main').focus();
  });
  text(byId('zones'), SAME_ZONE
    ? 'Times are New York\'s.'
    : `Times are New York's; below them ${zoneName(HERE)}'s (${HERE}).`);
  onHealth(live);
  onStatus(() => {
    session();
    text(byId('version'), `Caravan ${status.version ?? ''}${status.demo ? ' · demo: a simulated exchange' : ''}`);
  });
  onSecond(clocks);
  clocks();
  live();
}
