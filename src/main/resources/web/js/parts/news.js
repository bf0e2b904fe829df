// The news of one symbol. Everything in it was written by strangers: texts are texts, and only links
// to the web are links.

import {attr, byId, h, keyed, show, text} from '../lib/dom.js';
import {url} from '../lib/api.js';
import {Poll} from '../lib/poll.js';
import {setTime, timeCell} from './cells.js';

const SECONDS = 20;
const ARTICLES = 30;
/** So many are seen at first. */
const FIRST = 6;

let symbol = null;
let articles = [];
let all = false;

const poll = new Poll(
  () => symbol && url('/api/news', {symbol, limit: ARTICLES}), SECONDS,
  (rows) => {
    articles = rows;
    draw();
  },
  (problem) => {
    if (problem.kind === 'missing' || problem.kind === 'refused') {
      articles = [];
      draw();
    }
  });

function draw() {
  keyed(byId('news'), all ? articles : articles.slice(0, FIRST),
    (article) => `${article.source} ${article.article_id}`, create, update);
  show(byId('news-empty'), articles.length === 0);
  text(byId('news-empty'), `No news of ${symbol} is stored.`);
  show(byId('news-more'), !all && articles.length > FIRST);
}

/** @returns {string|null} the address, if it is one of the web */
export function webAddress(address) {
  try {
    const parsed = new URL(address);
    return parsed.protocol === 'http:' || parsed.protocol === 'https:' ? parsed.href : null;
  } catch {
    return null;
  }
}

function create() {
  return h('li', {}, h('h3', {}), h('p', {class: 'summary'}), h('p', {class: 'by'}, timeCell(), h('span', {})));
}

function update(item, article) {
  const [title, summary, by] = item.children;
  const address = webAddress(article.url);
  if (title.dataset.said !== `${address} ${article.headline}`) {
    title.dataset.said = `${address} ${article.headline}`;
    title.replaceChildren(address
      ? h('a', {href: address, target: '_blank', rel: 'noopener noreferrer'}, article.headline)
      : article.headline);
  }
  const said = (article.summary ?? '').trim();
  show(summary, said);
  text(summary, said);
  setTime(by.firstElementChild, article.published_at);
  text(by.lastElementChild, [article.publisher, article.author].filter(Boolean).join(', '));
  attr(by.lastElementChild, 'title', (article.symbols ?? []).join(', '));
}

export function showNews(of) {
  if (of !== symbol) {
    symbol = of;
    all = false;
    poll.anew();
  }
  poll.start();
}

export function startNews() {
  byId('news-more').addEventListener('click', () => {
    all = true;
    draw();
    // The button is gone: the focus goes to the first of what it brought.
    byId('news').children[FIRST]?.querySelector('a')?.focus();
  });
}

export function leaveNews() {
  poll.stop();
}
