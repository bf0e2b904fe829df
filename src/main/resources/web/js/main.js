// Starts the frame, and shows the page that the address names.

import {startBanners} from './parts/banners.js';
import {startDialog} from './parts/dialog.js';
import {startFrame} from './parts/frame.js';
import {startTheme} from './parts/theme.js';
import {byId, show} from './lib/dom.js';
import {read} from './lib/route.js';
import {startStatus} from './lib/status.js';
import {completeness} from './pages/completeness.js';
import {prices} from './pages/prices.js';
import {runs} from './pages/runs.js';
import {stream} from './pages/stream.js';

/** @typedef {{title: string, enter: (route: ReturnType<typeof read>) => void, leave: () => void}} Page */

/** @type {Record<string, Page>} */
const pages = {prices, runs, completeness, stream};
let shown = null;

function go() {
  const route = read();
  const name = Object.hasOwn(pages, route.page) ? route.page : 'prices';
  if (name !== shown) {
    const first = shown === null;
    if (!first) {
      pages[shown].leave();
    }
    shown = name;
    for (const other of Object.keys(pages)) {
      show(byId(`page-${other}`), other === name);
    }
    for (const link of document.querySelectorAll('[data-page]')) {
      if (link.dataset.page === name) {
        link.setAttribute('aria-current', 'page');
      } else {
        link.removeAttribute('aria-current');
      }
    }
    document.title = `${pages[name].title} · Caravan`;
    if (!first) {
      scrollTo(0, 0);
      // Who listens to the page hears where it has gone.
      byId(`${name}-title`).focus({preventScroll: true});
    }
  }
  pages[name].enter(route);
}

startTheme();
startFrame();
startDialog();
startBanners();
startStatus();
addEventListener('hashchange', go);
go();
