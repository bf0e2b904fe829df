// Instants in New York, whose hours the market keeps, and in the reader's own zone.

export const NEW_YORK = 'America/New_York';
export const HERE = Intl.DateTimeFormat().resolvedOptions().timeZone || 'UTC';

/** Whether the reader's clock shows the same as New York's, so that one time is enough. */
export const SAME_ZONE = HERE === NEW_YORK;

const formats = new Map();

function format(instant, zone, options) {
  const key = zone + JSON.stringify(options);
  if (!formats.has(key)) {
    formats.set(key, new Intl.DateTimeFormat(undefined, {timeZone: zone, hourCycle: 'h23', ...options}));
  }
  return formats.get(key).format(instant);
}

const CLOCK = {hour: '2-digit', minute: '2-digit', second: '2-digit'};
const MINUTE = {hour: '2-digit', minute: '2-digit'};
const DAY = {month: 'short', day: 'numeric'};
const LONG_DAY = {weekday: 'short', year: 'numeric', month: 'short', day: 'numeric'};

/** The server's clock may differ from the browser's; ages are told by the server's. */
let ahead = 0;

/** @param {string} now the server's time */
export function setServerTime(now) {
  const read = Date.parse(now);
  if (!Number.isNaN(read)) {
    ahead = read - Date.now();
  }
}

/** The server's time, in milliseconds. */
export function now() {
  return Date.now() + ahead;
}

/** @returns {number|null} seconds since an instant that is given as text */
export function age(text) {
  return text == null ? null : Math.max(0, (now() - Date.parse(text)) / 1000);
}

const NUMBERS = {year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', hourCycle: 'h23'};
const numbers = new Map();

/** Year, month and so on in a zone, in digits and whatever the reader's locale. */
function parts(instant, zone) {
  if (!numbers.has(zone)) {
    numbers.set(zone, new Intl.DateTimeFormat('en-US', {timeZone: zone, ...NUMBERS}));
  }
  return Object.fromEntries(numbers.get(zone).formatToParts(instant).map(({type, value}) => [type, value]));
}

/** The date in a zone as 2026-11-20. */
export function isoDate(instant, zone = NEW_YORK) {
  const {year, month, day} = parts(instant, zone);
  return `${year}-${month}-${day}`;
}

/** Minutes since midnight in New York. */
export function minuteOfDay(instant) {
  const {hour, minute} = parts(instant, NEW_YORK);
  return Number(hour) * 60 + Number(minute);
}

export function clock(instant, zone = NEW_YORK) {
  return format(instant, zone, CLOCK);
}

export function minute(instant, zone = NEW_YORK) {
  return format(instant, zone, MINUTE);
}

export function day(instant, zone = NEW_YORK) {
  return format(instant, zone, DAY);
}

export function longDay(instant, zone = NEW_YORK) {
  return format(instant, zone, LONG_DAY);
}

/** The time of day, and the day before it where it is another than today. */
export function moment(instant, zone = NEW_YORK) {
  const today = isoDate(now(), zone) === isoDate(instant, zone);
  return today ? clock(instant, zone) : `${day(instant, zone)}, ${clock(instant, zone)}`;
}

/** A city's name out of a zone's: Europe/Berlin is Berlin. */
export function zoneName(zone) {
  return zone.split('/').at(-1).replaceAll('_', ' ');
}

/** Both times in one line, for where there is no room for two. */
export function both(text) {
  if (text == null) {
    return '';
  }
  const instant = Date.parse(text);
  const there = `${longDay(instant)}, ${clock(instant)} New York`;
  return SAME_ZONE ? there : `${there}; ${longDay(instant, HERE)}, ${clock(instant, HERE)} ${zoneName(HERE)}`;
}
