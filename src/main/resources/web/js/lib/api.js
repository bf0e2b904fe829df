// Asks the API. Every failure is a Problem that says whose it is: the server's, the database's, or ours.

const TIMEOUT_MS = 15_000;

/** Why a request was not served. */
export class Problem extends Error {
  /**
   * @param {'server'|'database'|'login'|'role'|'missing'|'busy'|'refused'} kind busy: the next time it is asked, it is served
   * @param {string} message for a person
   */
  constructor(kind, message) {
    super(message);
    this.kind = kind;
  }
}

const KINDS = {401: 'login', 403: 'role', 404: 'missing', 429: 'busy', 502: 'server', 503: 'database', 504: 'server'};

async function ask(path, options) {
  let response;
  try {
    response = await fetch(path, {
      ...options, cache: 'no-store', credentials: 'same-origin', signal: AbortSignal.timeout(TIMEOUT_MS)});
  } catch {
    throw new Problem('server', 'The server does not answer.');
  }
  if (response.ok || response.status === 304) {
    return response;
  }
  let said;
  try {
    said = await response.json();
  } catch {
    said = {};
  }
  throw new Problem(
    KINDS[response.status] ?? 'refused', said.detail || said.title || `The server answers ${response.status}.`);
}

function next(response) {
  return /<([^>]+)>\s*;\s*rel="?next"?/.exec(response.headers.get('Link') ?? '')?.[1] ?? null;
}

const JSON_TYPE = 'application/json';
const COLUMNS_TYPE = 'application/vnd.caravan.columns+json';

/**
 * Reads JSON.
 *
 * @param {string} path
 * @param {string|null} [etag] of the answer that is there already
 * @param {string} [type] the form of it
 * @returns {Promise<{changed: boolean, data?: any, etag?: string|null, next?: string|null}>}
 */
export async function get(path, etag = null, type = JSON_TYPE) {
  const response = await ask(path, {headers: {Accept: type, ...(etag && {'If-None-Match': etag})}});
  if (response.status === 304) {
    return {changed: false};
  }
  try {
    return {changed: true, data: await response.json(), etag: response.headers.get('ETag'), next: next(response)};
  } catch {
    throw new Problem('server', 'The answer of the server broke off.');
  }
}

/** Reads a list, whose rows are sent as columns: a third of what their names would make of it. */
export async function getRows(path, etag = null) {
  const answer = await get(path, etag, COLUMNS_TYPE);
  if (answer.changed) {
    const columns = Object.entries(answer.data);
    answer.data = (columns[0]?.[1] ?? []).map(
      (_, row) => Object.fromEntries(columns.map(([name, values]) => [name, values[row]])));
  }
  return answer;
}

/** Whether a file would be sent: what is wrong with it is said here, and not in the file. */
export async function check(path) {
  const response = await ask(path, {});
  await response.body?.cancel();
}

async function change(method, path, body) {
  const response = await ask(path, body === undefined
    ? {method, headers: {Accept: JSON_TYPE}}
    : {method, headers: {Accept: JSON_TYPE, 'Content-Type': JSON_TYPE}, body: JSON.stringify(body)});
  return response.json().catch(() => ({}));
}

/** Asks for a change. */
export const post = (path, body) => change('POST', path, body);

/** Asks for an end. */
export const remove = (path) => change('DELETE', path);

/** @param {Record<string, unknown>} parameters those that are null or empty are left out */
export function url(path, parameters = {}) {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) {
    if (value != null && value !== '') {
      query.set(name, String(value));
    }
  }
  return query.size ? `${path}?${query}` : path;
}
