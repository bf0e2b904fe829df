// The address of a page: #/prices/AAPL?timeframe=1Day. A page can be kept as a bookmark and gone back to.

/** @returns {{page: string, item: string|null, query: URLSearchParams}} */
export function read() {
  const [path, query = ''] = location.hash.replace(/^#\/?/, '').split('?');
  const [page, item] = path.split('/');
  let decoded = null;
  try {
    decoded = item ? decodeURIComponent(item) : null;
  } catch {
    // What is no address is no symbol.
  }
  return {page: page || 'prices', item: decoded, query: new URLSearchParams(query)};
}

/** The address of a symbol's prices. */
export function toSymbol(symbol, query = new URLSearchParams()) {
  const rest = query.toString();
  return `#/prices/${encodeURIComponent(symbol)}${rest ? `?${rest}` : ''}`;
}

/** Shows another address without a step in the history, and without an event. */
export function replace(hash) {
  if (location.hash !== hash) {
    history.replaceState(null, '', hash);
  }
}
