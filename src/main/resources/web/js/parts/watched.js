// Which symbols a person watches. Until they choose, it is all active ones, as far as there is room.

import {recall, remember} from '../lib/memory.js';

/** More tiles than this are no glance any more. */
export const ROOM = 24;

let chosen = recall('watched');

/** @param {any[]} symbols @returns {any[]} those that have a tile */
export function watchedOf(symbols) {
  return Array.isArray(chosen)
    ? symbols.filter((row) => chosen.includes(row.symbol))
    : symbols.filter((row) => row.status === 'active').slice(0, ROOM);
}

/** Watches a symbol, or no longer. */
export function toggle(symbol, symbols) {
  const now = watchedOf(symbols).map((row) => row.symbol);
  chosen = now.includes(symbol) ? now.filter((other) => other !== symbol) : [...now, symbol];
  remember('watched', chosen);
}
