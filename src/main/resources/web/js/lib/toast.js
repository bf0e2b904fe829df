// One line at the foot of the page for what was just done; a screen reader says it.

import {byId, text} from './dom.js';

const SECONDS = 6;
let timer;

/** @param {'good'|'bad'} [tone] */
export function toast(message, tone = 'good') {
  const node = byId('toast');
  node.dataset.tone = tone;
  node.dataset.shown = 'yes';
  text(node, message);
  clearTimeout(timer);
  timer = setTimeout(() => {
    delete node.dataset.shown;
    text(node, '');
  }, SECONDS * 1000);
}
