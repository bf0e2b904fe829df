// What a person has to know before they trust a number on the page.

import {byId, h, show, text} from '../lib/dom.js';
import {span} from '../lib/format.js';
import {health, onHealth} from '../lib/health.js';
import {Poll} from '../lib/poll.js';
import {mayChange, onStatus, status} from '../lib/status.js';
import {onSecond} from '../lib/tick.js';
import {clock, SAME_ZONE, HERE, zoneName} from '../lib/time.js';
import {onQuotes, quotesAge, quotesOld, streamed} from './quotes.js';

const TITLES = {
  server: 'The server does not answer.',
  database: 'The database is unavailable.',
  login: 'You are not logged in.',
};

const ADVICE = {
  server: 'Is Caravan running? This page asks again by itself.',
  database: 'Caravan runs and waits for it; this page asks again by itself.',
  login: 'Load the page again and give user and password.',
};

/** Fills an alert once for each trouble, so that a screen reader says it once; ages change beside it. */
function banner(host, key, tone, title, detail) {
  if (host.dataset.key === key) {
    return;
  }
  host.dataset.key = key;
  host.replaceChildren();
  if (key) {
    host.append(h('p', {class: 'banner', 'data-tone': tone}, h('strong', {}, title), ` ${detail}`));
  }
}

function trouble() {
  const title = TITLES[health.way];
  const parts = [];
  // What only says again that it is away is left out.
  if (health.way === 'database' && health.reason && !health.reason.startsWith('The database is unavailable')) {
    parts.push(health.reason.replace(/[.\s]*$/, '.'));
  }
  parts.push(ADVICE[health.way]);
  if (health.seen) {
    const at = new Date(health.seen);
    parts.push(`What you see is of ${clock(at)} New York${SAME_ZONE ? '' : ` (${clock(at, HERE)} ${zoneName(HERE)})`}.`);
  }
  banner(byId('trouble'), title ? `${health.way} ${health.reason}` : '', 'bad', title, parts.join(' '));
}

const age = h('span', {'aria-live': 'off'});
const meanwhile = h('span', {'aria-live': 'off'});

function quotes() {
  const old = health.way === 'well' && quotesOld();
  const host = byId('old-quotes');
  if (Boolean(old) !== (host.dataset.key === 'old')) {
    host.dataset.key = old ? 'old' : '';
    host.replaceChildren();
    if (old) {
      host.append(h('p', {class: 'banner', 'data-tone': 'warn'},
        h('strong', {}, 'Quotes are getting old:'), ' the newest is ', age,
        ' old. ', meanwhile, ' Is the flow yahoo-quotes running? See ',
        h('a', {href: '#/runs'}, 'Runs'), ' or ', h('a', {href: '/hawtio/'}, 'Hawtio'), '.'));
    }
  }
  if (old) {
    text(age, span(quotesAge()));
    text(meanwhile, streamed() ? 'Prices come from the stream meanwhile.' : '');
  }
}

const MOST = 3;

/** The name of a condition, as docs/alerts.md has it, for a sentence: flow-failing is "Flow failing". */
const condition = (what) => what[0].toUpperCase() + what.slice(1).replaceAll('-', ' ');

/** What a person is told of by mail as well; the newest first. */
function incidents(open) {
  const lines = open.slice(0, MOST).map(({what, subject, detail}) =>
    h('p', {class: 'banner', 'data-tone': 'bad', 'data-alert': what},
      h('strong', {}, `${condition(what)}: ${subject}.`), ` ${detail}`));
  if (open.length > MOST) {
    lines.push(h('p', {class: 'banner', 'data-tone': 'bad'}, 'There are more: see ', h('a', {href: '/api/alerts'}, 'all alerts'), '.'));
  }
  byId('incidents').replaceChildren(...lines);
}

const alerts = new Poll(() => `/api/alerts?limit=${MOST + 1}`, 10, incidents);

function viewer() {
  const note = byId('viewer-note');
  show(note, !mayChange());
  if (!mayChange()) {
    text(note, `You look on as ${status.user ?? 'a viewer'}, with the role viewer: only an operator may run, pause or replay.`);
  }
}

export function startBanners() {
  onHealth(() => {
    trouble();
    quotes();
  });
  onStatus(() => {
    viewer();
    quotes();
  });
  alerts.start();
  onQuotes(quotes);
  onSecond(quotes);
}
