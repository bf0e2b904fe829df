// The bars of one chart: the newest first, older ones when they are wanted, and what has changed since.

import {getRows, url} from '../lib/api.js';

const NEWEST = 600;
const OLDER = 3000;
/** The last bars may still grow, and one that was late takes its place among them. */
const TAIL = 5;

export class Bars {
  /** @type {any[]} oldest first */
  rows = [];
  /** Whether there is nothing older. */
  complete = false;
  #key;
  #etag = null;
  #allEtag = null;
  #tailPath = null;
  #loading = false;

  /** @param {{symbol: string, timeframe: string, source: string, feed: string, adjusted: boolean}} key */
  constructor(key) {
    this.#key = key;
  }

  async newest() {
    const {data} = await getRows(url('/api/bars', {...this.#key, order: 'desc', limit: NEWEST}));
    this.rows = data.reverse();
    this.complete = data.length < NEWEST;
  }

  /** @returns {Promise<number>} how many came before those that were there */
  async older() {
    if (this.complete || this.#loading || this.rows.length === 0) {
      return 0;
    }
    this.#loading = true;
    try {
      const {data} = await getRows(url('/api/bars', {...this.#key, order: 'desc', limit: OLDER, to: this.rows[0].ts}));
      this.complete = data.length < OLDER;
      this.rows = [...data.reverse(), ...this.rows];
      return data.length;
    } finally {
      this.#loading = false;
    }
  }

  /** Reads all of the newest again. @returns {Promise<boolean>} whether anything is different */
  async all() {
    const answer = await getRows(url('/api/bars', {...this.#key, order: 'desc', limit: NEWEST}), this.#allEtag);
    if (!answer.changed || answer.data.length === 0) {
      return false;
    }
    this.#allEtag = answer.etag;
    const newest = answer.data.reverse();
    this.rows = [...this.rows.filter((row) => row.ts < newest[0].ts), ...newest];
    return true;
  }

  /** Reads the end again. @returns {Promise<boolean>} whether anything is different */
  async tail() {
    if (this.rows.length === 0) {
      await this.newest();
      return this.rows.length > 0;
    }
    const from = this.rows.at(-TAIL)?.ts ?? this.rows[0].ts;
    const path = url('/api/bars', {...this.#key, order: 'asc', limit: NEWEST, from});
    const answer = await getRows(path, path === this.#tailPath ? this.#etag : null);
    this.#tailPath = path;
    if (!answer.changed) {
      return false;
    }
    this.#etag = answer.etag;
    const before = JSON.stringify(this.rows.slice(-TAIL));
    this.rows = [...this.rows.filter((row) => row.ts < from), ...answer.data];
    return before !== JSON.stringify(answer.data);
  }
}
