// Asks again and again. A tab that nobody sees asks nothing; a way that opens again is used at once.

import {get} from './api.js';
import {failed, health, onHealth, onRetry, served} from './health.js';

const polls = new Set();

/** A path that is read at an interval. Nobody is told of an answer that has not changed. */
export class Poll {
  #path;
  #ms;
  #took;
  #refused;
  #rows;
  #etag = null;
  #timer = null;
  #round = 0;
  #running = false;

  /**
   * @param {() => string|null} path what to ask; null asks nothing
   * @param {number} seconds
   * @param {(data: any, next: string|null) => void} took
   * @param {(problem: import('./api.js').Problem) => void} [refused] is told of every problem
   * @param {boolean} [rows] whether an answer proves that the database is there
   */
  constructor(path, seconds, took, refused = () => {}, rows = true) {
    this.#path = path;
    this.#ms = seconds * 1000;
    this.#took = took;
    this.#refused = refused;
    this.#rows = rows;
  }

  get readsRows() {
    return this.#rows;
  }

  start() {
    if (!this.#running) {
      this.#running = true;
      polls.add(this);
      this.now();
    }
  }

  stop() {
    this.#running = false;
    polls.delete(this);
    clearTimeout(this.#timer);
    this.#round++;
  }

  /** Other parameters: what was there says nothing of what comes. */
  anew() {
    this.#etag = null;
    this.now();
  }

  every(seconds) {
    this.#ms = seconds * 1000;
  }

  /** Asks at once; an answer that is still under way is no longer waited for. */
  async now() {
    clearTimeout(this.#timer);
    const round = ++this.#round;
    const path = this.#running && !document.hidden ? this.#path() : null;
    if (path !== null) {
      try {
        const answer = await get(path, this.#etag);
        if (round !== this.#round) {
          return;
        }
        if (this.#rows) {
          served();
        }
        if (answer.changed) {
          this.#etag = answer.etag;
          this.#took(answer.data, answer.next);
        }
      } catch (problem) {
        if (round !== this.#round) {
          return;
        }
        if (!problem.kind) {
          console.error(problem);
        }
        failed(problem);
        this.#etag = null;
        this.#refused(problem);
      }
    }
    if (this.#running && round === this.#round) {
      this.#timer = setTimeout(() => this.now(), this.#ms);
    }
  }
}

/** Has everything asked again now. */
export function refreshAll() {
  for (const poll of polls) {
    poll.now();
  }
}

function refreshRows() {
  for (const poll of polls) {
    if (poll.readsRows) {
      poll.now();
    }
  }
}

document.addEventListener('visibilitychange', () => {
  if (!document.hidden) {
    refreshAll();
  }
});

onRetry(refreshRows);

let wasWell = true;
onHealth(() => {
  const well = health.way === 'well';
  if (well && !wasWell) {
    queueMicrotask(refreshRows);
  }
  wasWell = well || health.way === 'unknown';
});
