// Numbers and spans of time, as the reader's own locale writes them.

/** What stands for a value that is not known. */
export const NONE = '–';

const formats = new Map();

function number(value, options) {
  const key = JSON.stringify(options);
  if (!formats.has(key)) {
    formats.set(key, new Intl.NumberFormat(undefined, options));
  }
  return formats.get(key).format(value);
}

function decimals(value) {
  const [mantissa, exponent = '0'] = String(value).split('e');
  return Math.max(0, (mantissa.split('.')[1] ?? '').length - Number(exponent));
}

/** A price with as many decimals as it has, and at least two. */
export function price(value) {
  if (value == null) {
    return NONE;
  }
  const digits = Math.min(20, Math.max(2, decimals(value)));
  return number(value, {minimumFractionDigits: digits, maximumFractionDigits: digits});
}

/** A difference of prices, with its sign. */
export function change(value) {
  if (value == null) {
    return NONE;
  }
  const digits = Math.min(4, Math.max(2, decimals(value)));
  return number(value, {minimumFractionDigits: digits, maximumFractionDigits: digits, signDisplay: 'exceptZero'});
}

/** @param {number|null} value in per cent */
export function percent(value) {
  return value == null
    ? NONE
    : number(value / 100, {style: 'percent', minimumFractionDigits: 2, maximumFractionDigits: 2, signDisplay: 'exceptZero'});
}

export function whole(value) {
  return value == null ? NONE : number(value, {maximumFractionDigits: 6});
}

/** A large number in few letters, such as 48.2M. */
export function compact(value) {
  return value == null ? NONE : number(value, {notation: 'compact', maximumSignificantDigits: 3});
}

export function rounded(value, digits = 1) {
  return value == null ? NONE : number(value, {maximumFractionDigits: digits});
}

export function bytes(value) {
  if (value == null) {
    return NONE;
  }
  const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte'];
  const step = Math.min(units.length - 1, Math.max(0, Math.floor(Math.log10(Math.max(1, value)) / 3)));
  return number(value / 1000 ** step, {
    style: 'unit', unit: units[step], unitDisplay: 'narrow', maximumFractionDigits: step ? 1 : 0});
}

const STEPS = [[86400, 'd'], [3600, 'h'], [60, 'min'], [1, 's']];

/** A span in its largest unit, such as 12 s, 3 min, 5 h. */
export function span(seconds) {
  if (seconds == null || Number.isNaN(seconds)) {
    return NONE;
  }
  const whole = Math.max(0, Math.floor(seconds));
  const [size, unit] = STEPS.find(([size]) => whole >= size) ?? STEPS[3];
  return `${number(Math.floor(whole / size), {})} ${unit}`;
}

/** The same for where there is little room, such as 3m. */
export function tightSpan(seconds) {
  return span(seconds).replace(' ', '').replace('min', 'm');
}

/** How long a run took: to the hundredth where it was quick. */
export function duration(ms) {
  if (ms == null) {
    return NONE;
  }
  if (ms < 60_000) {
    return `${number(ms / 1000, {minimumFractionDigits: 2, maximumFractionDigits: 2})} s`;
  }
  const minutes = Math.floor(ms / 60_000);
  return minutes < 60
    ? `${minutes} min ${Math.floor((ms % 60_000) / 1000)} s`
    : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
