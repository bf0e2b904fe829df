// The one dialog. Escape closes it, the focus stays inside, and goes back to where it was.

import {byId, text} from '../lib/dom.js';

let opener = null;

export function startDialog() {
  const dialog = byId('dialog');
  byId('dialog-close').addEventListener('click', () => dialog.close());
  dialog.addEventListener('click', (event) => {
    if (event.target === dialog) {
      dialog.close();
    }
  });
  dialog.addEventListener('close', () => {
    byId('dialog-body').replaceChildren();
    byId('dialog-foot').replaceChildren();
    if (opener?.isConnected) {
      opener.focus();
    }
    opener = null;
  });
}

/**
 * @param {string} title
 * @param {Node[]} body
 * @param {Node[]} [foot] its buttons
 */
export function openDialog(title, body, foot = []) {
  const dialog = byId('dialog');
  text(byId('dialog-title'), title);
  byId('dialog-body').replaceChildren(...body);
  byId('dialog-foot').replaceChildren(...foot);
  if (!dialog.open) {
    opener = document.activeElement;
    dialog.showModal();
  }
  byId('dialog-title').focus();
}

export function closeDialog() {
  byId('dialog').close();
}
