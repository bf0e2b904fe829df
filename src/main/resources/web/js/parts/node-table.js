// The processes on this database, where there are several: who lives, and who has the streams.

import {byId, h, keyed, show, text} from '../lib/dom.js';
import {cell, setTime, timeCell} from './cells.js';

function create(node) {
  return h('tr', {'data-node': node.node},
    h('th', {scope: 'row', 'data-label': 'Node'}),
    cell('Host', h('span', {})),
    cell('Version', h('span', {})),
    cell('Streams', h('span', {})),
    cell('Seen', timeCell()));
}

function update(row, node) {
  const [name, host, version, streams, seen] = row.children;
  text(name, node.node);
  text(host.firstElementChild, node.host);
  text(version.firstElementChild, node.version ?? '–');
  text(streams.firstElementChild, node.alive ? node.streams ?? '–' : 'gone');
  setTime(seen.firstElementChild, node.seen_at);
}

export function drawNodes(nodes) {
  show(byId('nodes-card'), nodes.length > 1);
  keyed(byId('nodes'), nodes, (node) => node.node, create, update);
}
