// The second hand: everything that shows an age is told once a second, and only while it is seen.

const listeners = new Set();

/** @param {() => void} listener */
export function onSecond(listener) {
  listeners.add(listener);
}

setInterval(() => {
  if (!document.hidden) {
    listeners.forEach((listener) => listener());
  }
}, 1000);
