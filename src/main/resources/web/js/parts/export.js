// The export: a form that says which rows, and the file of them, which the server sends while it reads.

import {check, url} from '../lib/api.js';
import {h, show} from '../lib/dom.js';
import {isoDate, now} from '../lib/time.js';
import {NAMES} from './chart-words.js';
import {field, formDialog, select, typedSymbols} from './form-dialog.js';

const DATASETS = {bars: 'Bars', trades: 'Trades', quotes: 'Quotes (best bids and asks)', actions: 'Corporate actions', news: 'News'};
const FORMATS = {csv: 'CSV', parquet: 'Parquet'};

/**
 * @param {string|null} symbol that is proposed
 * @param {string} timeframe likewise
 */
export function askExport(symbol, timeframe) {
  const today = isoDate(now());
  const dataset = select('export-dataset', DATASETS, 'bars');
  const length = field('Timeframe', select('export-timeframe', NAMES, timeframe));
  const from = h('input', {type: 'date', id: 'export-from', max: today});
  const to = h('input', {type: 'date', id: 'export-to', max: today});
  const format = select('export-format', FORMATS, 'csv');
  const symbols = h('input', {type: 'text', id: 'export-symbols', autocomplete: 'off', spellcheck: 'false', maxlength: '3500', value: symbol ?? ''});
  const ofBars = () => dataset.value === 'bars';
  dataset.addEventListener('change', () => show(length, ofBars()));
  formDialog('Export', [
    h('p', {class: 'by'}, 'All rows of one moment, with the digits that are stored. Both dates are New York’s and inclusive; without them, all that is stored.'),
    h('div', {class: 'fields'}, field('Dataset', dataset), length, field('From', from), field('To', to), field('Format', format)),
    field('Symbols', symbols, 'With blanks or commas between them. Without any: all.'),
  ], 'Download', async () => {
    const path = url(`/api/exports/${dataset.value}`, {
      symbols: typedSymbols(symbols).join(','), from: from.value, to: to.value, format: format.value,
      timeframe: ofBars() ? length.querySelector('select').value : null});
    await check(path);
    h('a', {href: path, download: `${dataset.value}.${format.value}`}).click();
    return 'The download has begun.';
  }, () => {});
}
