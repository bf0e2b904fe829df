// A tile for each watched symbol: price, change, volume, age, and the line of its last sessions.

import {attr, byId, h, keyed, svg, text} from '../lib/dom.js';
import {NONE, change, compact, percent, price, tightSpan, whole} from '../lib/format.js';
import {toSymbol} from '../lib/route.js';
import {onSecond} from '../lib/tick.js';
import {age, both} from '../lib/time.js';
import {freshness, onQuotes, symbols} from './quotes.js';
import {closesOf, onCloses, wantCloses} from './closes.js';
import {watchedOf} from './watched.js';

const WIDTH = 100;
const HEIGHT = 28;
const ARROWS = {'-1': '▼', 0: '', 1: '▲'};
const FLASH_MS = 900;

const tiles = byId('tiles');
let chosen = null;
let query = new URLSearchParams();

function create(row) {
  const line = svg('svg', {class: 'spark', viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: 'none', 'aria-hidden': 'true'},
    svg('polyline', {fill: 'none', 'vector-effect': 'non-scaling-stroke'}));
  return h('li', {},
    h('a', {class: 'tile', href: toSymbol(row.symbol)},
      h('span', {class: 'tile-head'}, h('b', {class: 'tile-symbol'}, row.symbol), h('span', {class: 'tile-age'})),
      h('span', {class: 'tile-price money'}),
      h('span', {class: 'tile-change'}),
      h('span', {class: 'tile-foot'}, h('span', {class: 'tile-volume'}), line)));
}

function update(item, row) {
  const tile = item.firstElementChild;
  const money = tile.querySelector('.tile-price');
  const before = tile.dataset.price;
  const sign = Math.sign(row.change ?? 0);
  attr(tile, 'href', toSymbol(row.symbol, query));
  attr(tile, 'aria-current', row.symbol === chosen ? 'true' : null);
  attr(tile, 'data-sign', sign);
  text(money, row.price == null ? 'No price yet' : price(row.price));
  text(tile.querySelector('.tile-change'), row.change == null ? NONE
    : `${ARROWS[sign]} ${change(row.change)} (${percent(row.change_percent)})`.trim());
  text(tile.querySelector('.tile-volume'), row.volume == null ? '' : `Vol ${compact(row.volume)}`);
  attr(tile.querySelector('.tile-volume'), 'title', row.volume == null ? null : `Volume ${whole(row.volume)}`);
  attr(tile, 'data-price', row.price);
  if (before !== undefined && before !== 'null' && Number(before) !== row.price && row.price != null) {
    flash(money, Number(before) < row.price ? 'up' : 'down');
  }
  spark(tile, row);
  ages(tile, row);
}

/** A price that has just changed is told by a short glow. */
function flash(money, way) {
  money.dataset.flash = way;
  setTimeout(() => delete money.dataset.flash, FLASH_MS);
}

function spark(tile, row) {
  const closes = closesOf(row.symbol);
  const values = [...closes, ...(row.price == null ? [] : [row.price])];
  const line = tile.querySelector('polyline');
  if (values.length < 3) {
    attr(line, 'points', null);
    return;
  }
  const low = Math.min(...values);
  const range = Math.max(...values) - low || 1;
  attr(line, 'points', values.map((value, index) =>
    `${(index / (values.length - 1) * WIDTH).toFixed(1)},${(HEIGHT - 2 - (value - low) / range * (HEIGHT - 4)).toFixed(1)}`).join(' '));
}

function ages(tile, row) {
  const node = tile.querySelector('.tile-age');
  const state = row.status === 'active' ? freshness(row) : 'inactive';
  attr(tile, 'data-state', state);
  text(node, state === 'none' ? '' : state === 'inactive' ? 'inactive' : `${tightSpan(age(row.price_ts))} ago`);
  attr(node, 'title', row.price_ts ? `${both(row.price_ts)}, from ${row.price_source}` : null);
}

export function drawTiles() {
  if (symbols === null) {
    return;
  }
  const rows = watchedOf(symbols);
  wantCloses(rows.map((row) => row.symbol));
  keyed(tiles, rows, (row) => row.symbol, create, update);
  const active = symbols.filter((row) => row.status === 'active').length;
  text(byId('tiles-hint'), rows.length === 0
    ? 'Nothing is watched. Choose a symbol, and press Watch.'
    : rows.length < active ? `${rows.length} of ${active} active symbols` : '');
}

export function startTiles() {
  onQuotes(drawTiles);
  onCloses(drawTiles);
  onSecond(() => {
    for (const row of symbols === null ? [] : watchedOf(symbols)) {
      const tile = [...tiles.children].find((item) => item.querySelector('.tile-symbol')?.textContent === row.symbol);
      if (tile) {
        ages(tile.firstElementChild, row);
      }
    }
  });
}

export function chooseTile(symbol, how) {
  chosen = symbol;
  query = how;
  drawTiles();
}
