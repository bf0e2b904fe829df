// A list of which the first page is read again and again, and older pages when a person wants them.

import {get} from '../lib/api.js';
import {show} from '../lib/dom.js';
import {failed} from '../lib/health.js';
import {Poll} from '../lib/poll.js';
import {toast} from '../lib/toast.js';

export class PagesOfRows {
  #poll;
  #first = [];
  #older = [];
  #next = null;
  #keyOf;
  #draw;
  #more;

  /**
   * @param {() => string} path of the first page
   * @param {number} seconds
   * @param {(row: any) => unknown} keyOf
   * @param {(rows: any[]) => void} draw
   * @param {HTMLButtonElement} more the button for older rows
   */
  constructor(path, seconds, keyOf, draw, more) {
    this.#keyOf = keyOf;
    this.#draw = draw;
    this.#more = more;
    this.#poll = new Poll(path, seconds, (rows, next) => this.#took(rows, next), (problem) => {
      if (problem.kind === 'refused') {
        toast(problem.message, 'bad');
      }
    });
    more.addEventListener('click', () => this.#readOlder());
  }

  start() {
    this.#poll.start();
  }

  stop() {
    this.#poll.stop();
  }

  now() {
    this.#poll.now();
  }

  /** Other parameters. */
  anew() {
    this.#first = [];
    this.#older = [];
    this.#next = null;
    this.#poll.anew();
  }

  #took(rows, next) {
    const keys = new Set(rows.map(this.#keyOf));
    // What has slid off the first page stays, as long as older rows are shown.
    const slid = this.#older.length ? this.#first.filter((row) => !keys.has(this.#keyOf(row))) : [];
    this.#first = rows;
    this.#older = [...slid, ...this.#older].filter((row) => !keys.has(this.#keyOf(row)));
    if (this.#older.length === 0) {
      this.#next = next;
    }
    this.#show();
  }

  async #readOlder() {
    this.#more.disabled = true;
    try {
      const {data, next} = await get(this.#next);
      const keys = new Set([...this.#first, ...this.#older].map(this.#keyOf));
      this.#older = [...this.#older, ...data.filter((row) => !keys.has(this.#keyOf(row)))];
      this.#next = next;
      this.#show();
    } catch (problem) {
      failed(problem);
      toast(problem.message, 'bad');
    } finally {
      this.#more.disabled = false;
    }
  }

  #show() {
    this.#draw([...this.#first, ...this.#older]);
    show(this.#more, this.#next);
  }
}
