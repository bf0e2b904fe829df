// A button that changes something: it waits for the answer, says what came of it, and is off for a viewer.

import {post} from '../lib/api.js';
import {h} from '../lib/dom.js';
import {guard, onStatus} from '../lib/status.js';
import {toast} from '../lib/toast.js';

const buttons = new Set();

onStatus(() => {
  for (const button of buttons) {
    if (button.isConnected) {
      guard(button);
    } else if (button.dataset.placed === 'yes') {
      buttons.delete(button);
    }
  }
});

/**
 * A button that is off for a viewer.
 *
 * @param {string} label what it says
 * @param {string} name what it does, in full, for who does not see the row
 * @param {(button: HTMLButtonElement) => void} pressed
 */
export function steerButton(label, name, pressed) {
  const button = h('button', {type: 'button', class: 'button', 'aria-label': name}, label);
  button.addEventListener('click', () => pressed(button));
  buttons.add(button);
  guard(button);
  return button;
}

/**
 * @param {string} label what it says
 * @param {string} name what it does, in full, for who does not see the row
 * @param {() => string} path to post to
 * @param {(answer: any) => string} done what to say of the answer
 * @param {() => void} after what to read again
 */
export function actionButton(label, name, path, done, after) {
  return steerButton(label, name, async (button) => {
    button.dataset.busy = 'yes';
    guard(button);
    try {
      toast(done(await post(path())));
    } catch (problem) {
      toast(problem.message, 'bad');
    } finally {
      delete button.dataset.busy;
      guard(button);
      button.focus();
      after();
    }
  });
}

/** Another word on a button, and another name. */
export function relabel(button, label, name) {
  if (button.textContent !== label) {
    button.textContent = label;
  }
  if (button.getAttribute('aria-label') !== name) {
    button.setAttribute('aria-label', name);
  }
  button.dataset.placed = 'yes';
}

/** Switches a button off for another reason than the role. */
export function switchOff(button, off) {
  button.dataset.placed = 'yes';
  if ((button.dataset.off === 'yes') !== Boolean(off)) {
    button.dataset.off = off ? 'yes' : '';
  }
  guard(button);
}
