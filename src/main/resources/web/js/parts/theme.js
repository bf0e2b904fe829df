// Light, dark, or as the system has it. Charts are told, since a canvas knows no style sheet.

import {byId, text} from '../lib/dom.js';
import {recall, remember} from '../lib/memory.js';

const CHOICES = ['auto', 'light', 'dark'];
const NAMES = {auto: 'Auto', light: 'Light', dark: 'Dark'};
const events = new EventTarget();

/** @param {() => void} listener is called when other colours hold */
export function onTheme(listener) {
  events.addEventListener('change', listener);
}

/** The colour that a custom property of the style sheet has now, as rgb(...). */
export function colour(property) {
  const probe = byId('theme');
  probe.style.setProperty('outline-color', `var(${property})`);
  const found = getComputedStyle(probe).outlineColor;
  probe.style.removeProperty('outline-color');
  return found;
}

function apply(choice) {
  if (choice === 'auto') {
    delete document.documentElement.dataset.theme;
  } else {
    document.documentElement.dataset.theme = choice;
  }
  byId('theme').setAttribute('aria-label', `${NAMES[choice]} theme`);
  byId('theme').title = choice === 'auto' ? 'Theme: as the system has it' : `Theme: ${choice}`;
  text(byId('theme-text'), NAMES[choice]);
  events.dispatchEvent(new Event('change'));
}

export function startTheme() {
  let choice = recall('theme', 'auto');
  if (!CHOICES.includes(choice)) {
    choice = 'auto';
  }
  apply(choice);
  byId('theme').addEventListener('click', () => {
    choice = CHOICES[(CHOICES.indexOf(choice) + 1) % CHOICES.length];
    remember('theme', choice);
    apply(choice);
  });
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => {
    events.dispatchEvent(new Event('change'));
  });
}
