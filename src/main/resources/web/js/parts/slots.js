// Places on the time axis of a chart: one for each bar, and one for each bar that is not there and
// should be. Nights and weekends have none. No I/O, and no elements.

import {isoDate, minuteOfDay} from '../lib/time.js';

export const STEP_MS = {'1Min': 60_000, '5Min': 300_000, '15Min': 900_000, '1Hour': 3_600_000, '1Day': 86_400_000};

/** Regular hours in New York, in minutes since midnight. */
const OPENS = 9 * 60 + 30;
const CLOSES = 16 * 60;

/** As many places as a session of minutes has, so that one hole cannot fill the chart. */
const MOST = 390;

/**
 * @typedef {{ts: number, bar: any|null}} Slot
 * @typedef {{from: number, to: number, status: 'open'|'abandoned'}} Owed
 */

function expected(ts, timeframe) {
  if (timeframe === '1Day') {
    const weekday = new Date(ts + 12 * 3_600_000).getUTCDay();
    return weekday !== 0 && weekday !== 6;
  }
  const minute = minuteOfDay(ts);
  return minute >= OPENS && minute < CLOSES;
}

const overlaps = (owed, from, to) => owed.some((gap) => gap.from < to && gap.to > from);

/**
 * @param {any[]} bars oldest first
 * @param {string} timeframe
 * @param {Owed[]} owed
 * @param {number} now
 * @returns {Slot[]}
 */
export function slotsOf(bars, timeframe, owed, now) {
  const step = STEP_MS[timeframe];
  const slots = [];
  bars.forEach((bar, index) => {
    const ts = Date.parse(bar.ts);
    slots.push({ts, bar});
    const next = index + 1 < bars.length ? Date.parse(bars[index + 1].ts) : now;
    const last = index + 1 === bars.length;
    // A day is up to 25 hours long.
    if (next - ts <= step * (timeframe === '1Day' ? 1.5 : 1)) {
      return;
    }
    const sameDay = timeframe !== '1Day' && !last && isoDate(ts) === isoDate(next);
    if (!sameDay && !overlaps(owed, ts + step, next)) {
      return;
    }
    for (let at = ts + step, added = 0; at < next - step / 2 && added < MOST; at += step) {
      if (expected(at, timeframe) && (sameDay || overlaps(owed, at, at + step))) {
        slots.push({ts: at, bar: null});
        added++;
      }
    }
  });
  return slots;
}

/**
 * What is shaded: neighbouring places that are owed, given up, or (inside a session) merely empty.
 *
 * @param {Slot[]} slots
 * @returns {{from: number, to: number, kind: 'open'|'abandoned'|'empty'}[]} by index, both inclusive
 */
export function areasOf(slots, timeframe, owed) {
  const step = STEP_MS[timeframe];
  const areas = [];
  slots.forEach(({ts, bar}, index) => {
    const gaps = owed.filter((gap) => gap.from < ts + step && gap.to > ts);
    const kind = gaps.some((gap) => gap.status === 'open') ? 'open' : gaps.length ? 'abandoned' : bar ? null : 'empty';
    const before = areas.at(-1);
    if (kind && before?.kind === kind && before.to === index - 1) {
      before.to = index;
    } else if (kind) {
      areas.push({from: index, to: index, kind});
    }
  });
  return areas;
}
