// The partitions of Kafka that the stream comes by, where it does: how far each is stored.

import {NONE, span} from '../lib/format.js';
import {attr, byId, h, keyed, show, text} from '../lib/dom.js';
import {cell, setTime, timeCell} from './cells.js';

/** More is a matter for a person, as health has it. */
const PATIENCE_SECONDS = 60;

const key = (partition) => `${partition.topic} ${partition.partition}`;

function create(partition) {
  return h('tr', {'data-partition': key(partition)},
    h('th', {scope: 'row', 'data-label': 'Topic'}),
    cell('Partition', h('span', {}), {class: 'number'}),
    cell('Stored up to', timeCell()),
    cell('Behind', h('span', {class: 'badge'})));
}

function update(row, partition) {
  const [topic, number, stored, behind] = row.children;
  text(topic, partition.topic);
  text(number.firstElementChild, partition.partition);
  setTime(stored.firstElementChild, partition.stored_to);
  text(behind.firstElementChild, partition.seconds_behind == null ? NONE : span(partition.seconds_behind));
  attr(behind.firstElementChild, 'data-tone', partition.seconds_behind > PATIENCE_SECONDS ? 'bad' : 'good');
}

export function drawPartitions(partitions) {
  show(byId('partitions-card'), partitions.length);
  keyed(byId('partitions'), partitions, key, create, update);
}
