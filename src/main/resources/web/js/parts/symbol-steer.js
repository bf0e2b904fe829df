// The buttons above the list of symbols: follow others, or follow the chosen one no more.

import {post, remove} from '../lib/api.js';
import {byId, h, show} from '../lib/dom.js';
import {mayChange, onStatus} from '../lib/status.js';
import {relabel, steerButton, switchOff} from './action.js';
import {field, formDialog} from './form-dialog.js';
import {againQuotes} from './quotes.js';

let chosen = null;

const drop = steerButton('Remove', 'Remove the symbol', () => (chosen.status === 'active' ? askRemove(chosen.symbol) : follow(chosen.symbol)));

/** A line for each: what became of it. */
function outcomes(said, rows) {
  said.replaceChildren(h('ul', {class: 'outcomes'}, ...rows.map(({symbol, outcome, detail, unlisted}) =>
    h('li', {'data-tone': outcome === 'misspelt' || unlisted ? 'warn' : null}, symbol && h('b', {}, symbol), `${symbol ? ' ' : ''}${detail}`))));
}

function askAdd() {
  const words = h('textarea', {id: 'new-symbols', rows: '3', autocomplete: 'off', spellcheck: 'false', maxlength: '40000'});
  const said = h('div', {role: 'status'});
  formDialog('Add symbols', [
    field('Symbols', words, 'In Alpaca’s spelling or in Yahoo’s (BRK.B or BRK-B), with blanks or commas between them.'),
    said,
  ], 'Add', async () => {
    said.replaceChildren();
    const rows = await post('/api/symbols', {symbols: words.value.split(/[\s,;]+/).filter(Boolean)});
    if (rows.every(({outcome, unlisted}) => outcome !== 'misspelt' && !unlisted)) {
      return rows.map(({symbol, detail}) => `${symbol}: ${detail}`).join('; ');
    }
    outcomes(said, rows);
    return null;
  }, againQuotes);
}

function askRemove(symbol) {
  formDialog(`Remove ${symbol}?`, [
    h('p', {}, `Caravan no longer asks for ${symbol}, and does not follow it again by itself.`),
    h('p', {class: 'by'}, 'Nothing that is stored is deleted: its bars, trades and news stay, and it can be added again.'),
  ], 'Remove', async () => {
    const {detail} = await remove(`/api/symbols/${encodeURIComponent(symbol)}`);
    return `${symbol}: ${detail}`;
  }, againQuotes);
}

function follow(symbol) {
  formDialog(`Follow ${symbol} again?`, [h('p', {}, `${symbol} becomes active, and what is missing of it is asked for.`)], 'Follow', async () => {
    const [{detail}] = await post('/api/symbols', {symbols: [symbol]});
    return `${symbol}: ${detail}`;
  }, againQuotes);
}

export function startSymbolSteer() {
  const line = byId('symbol-steer');
  line.append(steerButton('Add…', 'Add symbols', askAdd), drop);
  const fit = () => show(line, mayChange());
  onStatus(fit);
  fit();
}

/** @param {any|undefined} row of the symbol that is shown */
export function steerSymbol(row) {
  chosen = row ?? null;
  show(drop, chosen);
  if (chosen) {
    const label = chosen.status === 'active' ? `Remove ${chosen.symbol}…` : `Follow ${chosen.symbol}…`;
    relabel(drop, label, label.slice(0, -1));
    switchOff(drop, false);
  }
}
