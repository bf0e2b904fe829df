// The switches of the chart: timeframe, source, and prices as stored or adjusted.

import {byId, h, keyed} from '../lib/dom.js';
import {sourceKey, sourceName} from './sources.js';

/** @typedef {{timeframe: string, source: string|null, adjusted: boolean}} Wanted */

/** Shows what is chosen, and of the sources those that have such bars. @param {Wanted} wanted */
export function drawControls(wanted, sources) {
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

/** What is chosen, as it stands in the address. @param {Wanted} wanted */
export function queryOf({timeframe, source, adjusted}) {
  return new URLSearchParams({timeframe, ...(source && {source}), ...(adjusted && {adjusted: 'true'})});
}
