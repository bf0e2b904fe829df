// The chart of the chosen symbol: which bars, from whom, and what of them is seen.

import {url} from '../lib/api.js';
import {attr, byId, show, text} from '../lib/dom.js';
import {onHealth, health, failed} from '../lib/health.js';
import {recall, remember} from '../lib/memory.js';
import {read as readRoute, replace, toSymbol} from '../lib/route.js';
import {now} from '../lib/time.js';
import {Bars} from './bars.js';
import {drawControls, queryOf} from './chart-controls.js';
import {NAMES, describe, describeNone, drawLegend, explain} from './chart-words.js';
import {Drawing} from './drawing.js';
import {askExport} from './export.js';
import {Owed} from './owed.js';
import {fillTable, read, sentence} from './readout.js';
import {areasOf, slotsOf, STEP_MS} from './slots.js';
import {sourceKey, sourceName, sourcesOf} from './sources.js';

const TIMEFRAMES = Object.keys(STEP_MS);
/** How many bars are seen at first. */
const SEEN = {'1Min': 240, '5Min': 160, '15Min': 130, '1Hour': 130, '1Day': 130};
const SEEN_NARROW = 60;
const NARROW = 600;
const REFRESH_MS = 5000;
/** Every so many times all of the newest bars are read again, since repair may have filled a hole. */
const ALL_EVERY = 12;
/** As many as one file may have. */
const MOST = 10_000_000;
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
/** What was asked for last; empty once that failed. */
let asked = '';

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

export function hideChart() {
  visible = false;
  clearTimeout(timer);
  owed.stop();
}

async function load() {
  const mine = ++round;
  clearTimeout(timer);
  drawControls(wanted, sources);
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
    drawControls(wanted, sources);
    const from = source();
    const next = from && new Bars({
      symbol, timeframe: wanted.timeframe, source: from.source, feed: from.feed, adjusted: wanted.adjusted});
    await Promise.all([next?.newest(), drawing ?? begin()]);
    if (mine !== round) {
      return;
    }
    bars = next ?? null;
    offer(next && from);
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
    explain(problem.message);
  }
  schedule();
}

/** All bars of the chart as one file, which the server sends while it reads. */
function offer(from) {
  const link = byId('chart-csv');
  show(link, from);
  if (from) {
    attr(link, 'href', url('/api/bars', {symbol, timeframe: wanted.timeframe, source: from.source, feed: from.feed,
      adjusted: wanted.adjusted, format: 'csv', limit: MOST}));
    attr(link, 'download', `${symbol}-${wanted.timeframe}-${from.source}.csv`);
  }
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
    drawControls(wanted, sources);
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
    describeNone(title(), symbol, wanted.timeframe);
    read(undefined);
  } else {
    describe(title(), shown, wanted.timeframe);
    point(cursor !== null && cursor < slots.length ? cursor : null);
  }
  drawLegend(areas, wanted.timeframe);
  if (!byId('chart-table-frame').hidden) {
    fillTable(seen, wanted.timeframe, title());
  }
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
  const query = queryOf(next);
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
  byId('export').addEventListener('click', () => askExport(symbol, wanted.timeframe));
  byId('chart').addEventListener('keydown', keys);
  onHealth(() => {
    if (health.way === 'well') {
      refresh();
    }
  });
}
