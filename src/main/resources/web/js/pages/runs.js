// Runs: what the flows have done, and the buttons that steer them.

import {byId, h, text} from '../lib/dom.js';
import {url} from '../lib/api.js';
import {Poll} from '../lib/poll.js';
import {drawBackfills, startBackfill} from '../parts/backfill.js';
import {drawFlows, startFlowTable} from '../parts/flow-table.js';
import {PagesOfRows} from '../parts/pages-of-rows.js';
import {drawRuns, startRunTable} from '../parts/run-table.js';

const SECONDS = 2;
const FIRST_PAGE = 50;

let started = false;

const flows = new Poll(() => '/api/flows', SECONDS, (rows) => {
  drawFlows(rows, again);
  lead(rows);
  choices(rows);
});

const history = new PagesOfRows(
  () => url('/api/runs', {
    flow: byId('run-flow').value,
    status: byId('run-status').value,
    parent: byId('run-steps').checked || byId('run-flow').value ? '' : 'none',
    limit: FIRST_PAGE,
  }),
  SECONDS, (run) => run.run_id, drawRuns, byId('runs-more'));

const backfills = new Poll(() => '/api/backfills', SECONDS, drawBackfills);

function again() {
  flows.now();
  backfills.now();
  history.now();
}

function lead(rows) {
  const running = rows.filter((flow) => flow.running).map((flow) => flow.flow);
  const failed = rows.filter((flow) => flow.last_run?.status === 'failed').map((flow) => flow.flow);
  text(byId('runs-lead'), [
    running.length ? `Running: ${running.join(', ')}.` : 'Nothing is running.',
    failed.length ? `Failed last: ${failed.join(', ')}.` : 'No flow failed in its last run.',
  ].join(' '));
}

function choices(rows) {
  const select = byId('run-flow');
  const known = new Set([...select.options].map((option) => option.value));
  select.append(...rows.filter((flow) => !known.has(flow.flow)).map((flow) => h('option', {}, flow.flow)));
}

export const runs = {
  title: 'Runs',
  enter() {
    if (!started) {
      started = true;
      startFlowTable();
      startRunTable();
      startBackfill(again);
      byId('run-filters').addEventListener('change', () => history.anew());
      byId('run-filters').addEventListener('submit', (event) => event.preventDefault());
    }
    flows.start();
    backfills.start();
    history.start();
  },
  leave() {
    flows.stop();
    backfills.stop();
    history.stop();
  },
};
