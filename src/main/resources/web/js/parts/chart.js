// The chart of the chosen symbol: which bars, from whom, and what of them is seen.

import {attr, byId, h, keyed, show, text} from '../lib/dom.js';
import {price} from '../lib/format.js';
import {onHealth, health, failed} from '../lib/health.js';
import {recall, remember} from '../lib/memory.js';
import {read as readRoute, replace, toSymbol} from '../lib/route.js';
import {now} from '../lib/time.js';
import {Bars} from './bars.js';
import {Drawing} from './drawing.js';
import {Owed} from './owed.js';
import {fillTable, read, sentence, when} from './readout.js';
import {areasOf, slotsOf, STEP_MS} from './slots.js';
import {sourceKey, sourceName, sourcesOf} from './sources.js';

const TIMEFRAMES = Object.keys(STEP_MS);
const NAMES = {'1Min': '1 minute', '5Min': '5 minutes', '15Min': '15 minutes', '1Hour': '1 hour', '1Day': '1 day'};
/** How many bars are seen at first. */
const SEEN = {'1Min': 240, '5Min': 160, '15Min': 130, '1Hour': 130, '1Day': 130};
const SEEN_NARROW = 60;
const NARROW = 600;
const REFRESH_MS = 5000;
/** Every so many times all of the newest bars are read again, since repair may have filled a hole. */
const ALL_EVERY = 12;
/** So near to the oldest bar more are fetched. */
const NEAR = 20;

let symbol = null;
let wanted = {timeframe: '1Day', source: null, adjusted: false};
let sources = [];
let bars = null;
let slots = [];
let areas = [];
let drawing = null;
let cursor = null;
let round = 0;
let timer = null;
let visible = false;
let refreshes = 0;

const owed = new Owed(() => symbol, () => redraw());

const source = () => sources.find((one) => sourceKey(one) === wanted.source);

function title() {
  const from = source();
  return `${symbol}, bars of ${NAMES[wanted.timeframe]}${from ? ` from ${sourceName(from)}` : ''}, ${wanted.adjusted ? 'adjusted' : 'as stored'}`;
}

/** @param {URLSearchParams} query timeframe, source and adjusted of the address */
export function showChart(of, query) {
  const timeframe = TIMEFRAMES.includes(query.get('timeframe')) ? query.get('timeframe') : recall('timeframe', '1Day');
  const next = {
    timeframe: TIMEFRAMES.includes(timeframe) ? timeframe : '1Day',
    source: query.get('source') ?? recall(`source.${timeframe}`),
    adjusted: query.get('adjusted') === 'true',
  };
  const other = of !== symbol;
  const again = !visible;
  visible = true;
  if (!other && asked === JSON.stringify(next)) {
    if (again) {
      owed.start();
      refresh();
    }
    return;
  }
  asked = JSON.stringify(next);
  symbol = of;
  wanted = next;
  if (other) {
    owed.anew();
  }
  owed.start();
  load();
}

let asked = '';

export function hideChart() {
  visible = false;
  clearTimeout(timer);
  owed.stop();
}

async function load() {
  const mine = ++round;
  clearTimeout(timer);
  controls();
  show(byId('chart-wait'), true);
  show(byId('chart-empty'), false);
  try {
    const found = await sourcesOf(symbol, wanted.timeframe);
    if (mine !== round) {
      return;
    }
    sources = found;
    if (!source()) {
      wanted.source = found[0] ? sourceKey(found[0]) : null;
    }
    controls();
    const from = source();
    const next = from && new Bars({
      symbol, timeframe: wanted.timeframe, source: from.source, feed: from.feed, adjusted: wanted.adjusted});
    await Promise.all([next?.newest(), drawing ?? begin()]);
    if (mine !== round) {
      return;
    }
    bars = next ?? null;
    cursor = null;
    compute();
    const seen = Math.min(SEEN[wanted.timeframe], byId('chart').clientWidth < NARROW ? SEEN_NARROW : Infinity);
    drawing.set(slots, areas, wanted.timeframe, slots.length - seen, slots.length - 1);
    show(byId('chart-wait'), false);
    tell();
  } catch (problem) {
    if (mine !== round) {
      return;
    }
    if (!problem.kind) {
      console.error(problem);
    }
    failed(problem);
    show(byId('chart-wait'), false);
    asked = '';
    empty(problem.message);
  }
  schedule();
}

async function begin() {
  // The first paint goes first: the library is the largest file of all.
  await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
  drawing ??= await Drawing.on(byId('chart'), moved, (index) => point(index));
}

function compute() {
  const from = source();
  const debts = from ? owed.of({...from, timeframe: wanted.timeframe}, now()) : [];
  slots = bars ? slotsOf(bars.rows, wanted.timeframe, debts, now()) : [];
  areas = areasOf(slots, wanted.timeframe, debts);
}

/** Draws anew what has changed, and leaves what is seen where it is. */
function redraw() {
  if (!drawing || !bars) {
    return;
  }
  const first = slots[drawing.from]?.ts;
  const size = drawing.to - drawing.from;
  const follows = drawing.to >= slots.length - 1;
  compute();
  const at = slots.findIndex((slot) => slot.ts >= first);
  const to = follows ? slots.length - 1 : Math.max(0, at) + size;
  drawing.set(slots, areas, wanted.timeframe, to - size, to);
  tell();
}

async function refresh() {
  clearTimeout(timer);
  const mine = round;
  if (visible && symbol !== null && !document.hidden && health.way === 'well') {
    if (asked === '') {
      asked = JSON.stringify(wanted);
      load();
      return;
    }
    try {
      await readAgain(mine);
    } catch (problem) {
      failed(problem);
    }
  }
  if (mine === round) {
    schedule();
  }
}

async function readAgain(mine) {
  const all = ++refreshes % ALL_EVERY === 0;
  if (all || !bars) {
    const found = await sourcesOf(symbol, wanted.timeframe);
    if (mine !== round) {
      return;
    }
    sources = found;
    if (!bars && found.length) {
      load();
      return;
    }
    controls();
  }
  if (bars && await (all ? bars.all() : bars.tail()) && mine === round) {
    redraw();
  }
}

function schedule() {
  clearTimeout(timer);
  if (visible) {
    timer = setTimeout(refresh, REFRESH_MS);
  }
}

async function moved(from) {
  tell();
  if (from > NEAR || !bars) {
    return;
  }
  try {
    if (await bars.older()) {
      redraw();
    }
  } catch (problem) {
    failed(problem);
  }
}

function point(index) {
  cursor = index;
  const at = index ?? slots.findLastIndex((slot) => slot.bar);
  read(slots[at], slots.slice(0, Math.max(0, at)).findLast((slot) => slot.bar)?.bar, wanted.timeframe);
}

/** Everything about the picture that is said in words. */
function tell() {
  const seen = slots.slice(drawing?.from ?? 0, (drawing?.to ?? 0) + 1);
  const shown = seen.filter((slot) => slot.bar);
  if (shown.length === 0) {
    attr(byId('chart'), 'aria-label', `${title()}: no bars`);
    const command = `java -jar target/caravan.jar backfill --source ${wanted.timeframe === '1Day' ? 'yahoo' : 'alpaca'} --timeframe ${wanted.timeframe} --from 2026-01-02 --to 2026-01-30 --symbols ${symbol}`;
    empty(`No bars of ${NAMES[wanted.timeframe]} of ${symbol} are stored.`, `A backfill brings them, such as:`, command);
    read(undefined);
    text(byId('chart-legend'), '');
    fillTable([], wanted.timeframe, title());
    return;
  }
  show(byId('chart-empty'), false);
  const low = shown.reduce((a, b) => (b.bar.low < a.bar.low ? b : a));
  const high = shown.reduce((a, b) => (b.bar.high > a.bar.high ? b : a));
  const last = shown.at(-1);
  attr(byId('chart'), 'aria-label', `Candlestick chart with volume. ${title()}. ${shown.length} bars from ${when(shown[0].ts, wanted.timeframe)} to ${when(last.ts, wanted.timeframe)}. Last close ${price(last.bar.close)}, lowest ${price(low.bar.low)}, highest ${price(high.bar.high)}.`);
  point(cursor !== null && cursor < slots.length ? cursor : null);
  legend();
  if (!byId('chart-table-frame').hidden) {
    fillTable(seen, wanted.timeframe, title());
  }
}

function legend() {
  const words = {open: 'owed', abandoned: 'given up', empty: 'no bar'};
  const counts = Object.entries(words).map(([kind, word]) => {
    const count = areas.filter((area) => area.kind === kind).reduce((sum, area) => sum + area.to - area.from + 1, 0);
    return {kind, word, count};
  }).filter(({count}) => count);
  keyed(byId('chart-legend'), counts, ({kind}) => kind,
    ({kind}) => h('span', {class: 'shade', 'data-kind': kind}),
    (node, {word, count}) => text(node, `${word}: ${count} × ${NAMES[wanted.timeframe]}`));
}

function empty(words, more = '', command = '') {
  const node = byId('chart-empty');
  show(node, true);
  node.replaceChildren(h('p', {}, words), more && h('p', {}, more), command && h('code', {}, command));
}

function controls() {
  const form = byId('chart-tools');
  form.elements.timeframe.value = wanted.timeframe;
  form.elements.adjusted.value = String(wanted.adjusted);
  keyed(byId('providers'), [null, ...sources], (one) => (one ? sourceKey(one) : ''),
    (one) => (one
      ? h('label', {}, h('input', {type: 'radio', name: 'source', value: sourceKey(one)}), h('span', {}, sourceName(one)))
      : h('legend', {class: 'visually-hidden'}, 'Source')),
    (node, one) => {
      if (one) {
        node.firstElementChild.checked = sourceKey(one) === wanted.source;
      }
    });
}

function changed(event) {
  const {name, value} = event.target;
  const next = {...wanted, [name]: name === 'adjusted' ? value === 'true' : value};
  if (name === 'timeframe') {
    next.source = null;
    remember('timeframe', value);
  } else if (name === 'source') {
    remember(`source.${wanted.timeframe}`, value);
  }
  const query = new URLSearchParams();
  query.set('timeframe', next.timeframe);
  if (next.source) {
    query.set('source', next.source);
  }
  if (next.adjusted) {
    query.set('adjusted', 'true');
  }
  replace(toSymbol(readRoute().item ?? symbol, query));
  showChart(symbol, query);
}

function zoomBy(factor) {
  const size = Math.max(10, (drawing.to - drawing.from) * factor);
  const to = drawing.to;
  drawing.zoom(to - size, to);
}

function keys(event) {
  if (!drawing || slots.length === 0 || event.altKey || event.ctrlKey || event.metaKey) {
    return;
  }
  const at = cursor ?? slots.length - 1;
  const to = {ArrowLeft: at - 1, ArrowRight: at + 1, PageUp: at - 10, PageDown: at + 10, Home: 0, End: slots.length - 1}[event.key];
  if (to !== undefined) {
    event.preventDefault();
    const index = Math.max(0, Math.min(slots.length - 1, to));
    const size = drawing.to - drawing.from;
    if (index < drawing.from) {
      drawing.zoom(index, index + size);
    } else if (index > drawing.to) {
      drawing.zoom(index - size, index);
    }
    drawing.point(index);
    point(index);
    text(byId('chart-said'), sentence(slots[index], slots[index - 1]?.bar, wanted.timeframe));
  } else if (event.key === '+' || event.key === '=') {
    zoomBy(0.7);
  } else if (event.key === '-') {
    zoomBy(1.4);
  }
}

export function startChart() {
  byId('chart-tools').addEventListener('change', changed);
  byId('chart-tools').addEventListener('submit', (event) => event.preventDefault());
  byId('zoom-in').addEventListener('click', () => drawing && zoomBy(0.6));
  byId('zoom-out').addEventListener('click', () => drawing && zoomBy(1.7));
  byId('zoom-reset').addEventListener('click', () => {
    drawing?.zoom(slots.length - SEEN[wanted.timeframe], slots.length - 1);
  });
  byId('chart-as-table').addEventListener('click', () => {
    const shown = byId('chart-table-frame').hidden;
    show(byId('chart-table-frame'), shown);
    attr(byId('chart-as-table'), 'aria-pressed', String(shown));
    tell();
  });
  byId('chart').addEventListener('keydown', keys);
  onHealth(() => {
    if (health.way === 'well') {
      refresh();
    }
  });
}
