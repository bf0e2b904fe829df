// Stream: whether the sockets are open, how much comes, and how far behind the tables are.

import {attr, byId, h, keyed, svg, text} from '../lib/dom.js';
import {NONE, bytes, rounded, span, whole} from '../lib/format.js';
import {Poll} from '../lib/poll.js';
import {drawNodes} from '../parts/node-table.js';
import {drawPartitions} from '../parts/partition-table.js';

const SECONDS = 2;
/** Two minutes of rates. */
const POINTS = 60;
const WIDTH = 300;
const HEIGHT = 64;

const NAMES = {market: 'Market', news: 'News'};
const rates = new Map();

/** In a word, what the connection is doing. */
function verdict(figures) {
  if (figures.enabled === false) {
    return ['quiet', 'Switched off'];
  }
  if (figures.subscribed) {
    return figures.store_trouble ? ['bad', 'Connected, but rows are not stored'] : ['good', 'Connected'];
  }
  if (figures.connected) {
    return ['info', 'Connected, not subscribed yet'];
  }
  if (figures.holder) {
    return ['quiet', 'Held by another node'];
  }
  return figures.wanted ? ['bad', 'Not connected'] : ['quiet', 'Not wanted now'];
}

function why(figures) {
  if (figures.store_trouble) {
    return figures.store_trouble;
  }
  if (figures.subscribed) {
    return 'What comes is stored as it comes.';
  }
  if (figures.enabled === false) {
    return 'There are no keys of Alpaca, or caravan.stream.enabled or caravan.schedule.stream says so.';
  }
  if (figures.holder) {
    return `It is held by ${figures.holder}; this node takes over when that one is gone.`;
  }
  return figures.wanted ? figures.state ?? '' : 'It runs in the session, by the market calendar.';
}

const lagOf = (figures) => figures.mean_lag_ms ?? figures.lag_ms ?? figures.lag;

const FIGURES = [
  ['Rate', (f) => (f.rows_per_second == null ? NONE : `${rounded(f.rows_per_second)} rows/s`)],
  ['Rows stored', (f) => whole(f.rows_total)],
  ['Lag, trade to commit', (f) => (lagOf(f) == null ? NONE : `${rounded(lagOf(f))} ms`)],
  ['Waiting to be stored', (f) => bytes(f.bytes_queued)],
  ['Reconnects', (f) => whole(f.reconnects)],
  ['Last message', (f) => (f.seconds_since_last_message == null || f.seconds_since_last_message < 0
    ? 'none yet' : `${span(f.seconds_since_last_message)} ago`)],
];

function create([name]) {
  return h('section', {class: 'card stream', 'aria-labelledby': `stream-${name}`},
    h('div', {class: 'row-head'}, h('h2', {id: `stream-${name}`}, NAMES[name] ?? name), h('span', {class: 'badge', role: 'status'})),
    h('p', {class: 'why'}),
    svg('svg', {class: 'rate', viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: 'none', role: 'img'},
      svg('polygon', {}), svg('polyline', {fill: 'none', 'vector-effect': 'non-scaling-stroke'})),
    h('p', {class: 'hint rate-note'}),
    h('dl', {class: 'stats'}, ...FIGURES.map(([term]) => h('div', {}, h('dt', {}, term), h('dd', {})))));
}

function update(card, [name, figures]) {
  const [tone, word] = verdict(figures);
  const state = card.querySelector('.badge');
  attr(card, 'data-tone', tone);
  attr(state, 'data-tone', tone);
  text(state, word);
  text(card.querySelector('.why'), why(figures));
  const values = card.querySelectorAll('dd');
  FIGURES.forEach(([, value], index) => text(values[index], value(figures)));
  draw(card, name, figures);
}

function draw(card, name, figures) {
  const points = [...rates.get(name) ?? [], Number(figures.rows_per_second ?? 0)].slice(-POINTS);
  rates.set(name, points);
  const most = Math.max(1, ...points);
  const line = points.map((rate, index) =>
    `${((POINTS - points.length + index) / (POINTS - 1) * WIDTH).toFixed(1)},${(HEIGHT - 2 - rate / most * (HEIGHT - 6)).toFixed(1)}`);
  const [area, curve] = card.querySelector('svg').children;
  attr(curve, 'points', line.join(' '));
  attr(area, 'points', `${line[0].split(',')[0]},${HEIGHT} ${line.join(' ')} ${WIDTH},${HEIGHT}`);
  const words = `Rows a second in the last two minutes; the most ${rounded(most)}`;
  attr(card.querySelector('svg'), 'aria-label', words);
  text(card.querySelector('.rate-note'), words);
}

const poll = new Poll(
  () => '/api/stream', SECONDS,
  (data) => keyed(byId('streams'), Object.entries(data).filter(([, figures]) => figures), ([name]) => name, create, update),
  undefined, false);

const nodes = new Poll(() => '/api/nodes', 5 * SECONDS, drawNodes, undefined, false);

const partitions = new Poll(() => '/api/partitions', 5 * SECONDS, drawPartitions, undefined, false);

export const stream = {
  title: 'Stream',
  enter() {
    poll.start();
    nodes.start();
    partitions.start();
  },
  leave() {
    poll.stop();
    nodes.stop();
    partitions.stop();
  },
};
