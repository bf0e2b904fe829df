// The company behind a symbol, as Yahoo tells it.

import {get} from '../lib/api.js';
import {byId, h} from '../lib/dom.js';
import {whole} from '../lib/format.js';
import {setTime, timeCell} from './cells.js';
import {webAddress} from './news.js';

const OFFICERS = 6;

let shown = null;

function fact(term, ...value) {
  return [h('dt', {}, term), h('dd', {}, ...value)];
}

function link(address) {
  const web = webAddress(address);
  return web
    ? h('a', {href: web, target: '_blank', rel: 'noopener noreferrer'}, new URL(web).hostname)
    : String(address);
}

function draw(profile) {
  const updated = timeCell();
  setTime(updated, profile.updated_at);
  const officers = Array.isArray(profile.officers) ? profile.officers.slice(0, OFFICERS) : [];
  byId('profile').replaceChildren(
    h('dl', {class: 'facts'},
      ...(profile.sector ? fact('Sector', profile.sector) : []),
      ...(profile.industry ? fact('Industry', profile.industry) : []),
      ...(profile.country ? fact('Country', profile.country) : []),
      ...(profile.employees != null ? fact('Employees', whole(profile.employees)) : []),
      ...(profile.website ? fact('Website', link(profile.website)) : [])),
    ...(profile.summary ? [h('details', {class: 'about'}, h('summary', {}, 'About the company'), h('p', {}, profile.summary))] : []),
    ...(officers.length
      ? [h('h3', {class: 'small-title'}, 'Officers'),
        h('ul', {class: 'officers'}, ...officers.map((officer) =>
          h('li', {}, h('b', {}, String(officer.name ?? '')), h('span', {}, String(officer.title ?? '')))))]
      : []),
    h('p', {class: 'by'}, 'As of ', updated));
}

function none(words) {
  byId('profile').replaceChildren(h('p', {class: 'empty'}, words));
}

export async function showProfile(symbol) {
  if (shown === symbol) {
    return;
  }
  shown = symbol;
  try {
    const {data} = await get(`/api/profiles/${encodeURIComponent(symbol)}`);
    if (shown === symbol) {
      draw(data);
    }
  } catch (problem) {
    if (shown !== symbol) {
      return;
    }
    if (problem.kind === 'refused') {
      none(problem.message);
    } else if (problem.kind === 'missing') {
      none(`No profile of ${symbol} is stored. The flow yahoo-profiles brings it, where Yahoo has one.`);
    } else {
      // It is asked for again with the next price that comes.
      shown = null;
    }
  }
}
