// A form in the dialog: it asks before something is changed, says what is wrong with it, and closes once it is done.

import {h, show, text} from '../lib/dom.js';
import {toast} from '../lib/toast.js';
import {closeDialog, openDialog} from './dialog.js';

/** A field with its label, and a word on it where there is one. */
export function field(label, control, hint = null) {
  return h('label', {class: 'field'}, h('span', {}, label), control, hint && h('small', {}, hint));
}

/** @param {Record<string, string>} options the words that a person sees, by value */
export function select(id, options, chosen) {
  return h('select', {id}, ...Object.entries(options).map(([value, name]) => h('option', {value, selected: value === chosen}, name)));
}

/** The symbols that a person has typed, with blanks or commas between them. */
export function typedSymbols(input) {
  return input.value.split(/[\s,;]+/).filter(Boolean);
}

/**
 * @param {string} title
 * @param {Node[]} body its fields, and what is to be known
 * @param {string} label of the button that sends it
 * @param {() => Promise<string|null>} send says what came of it, or null where the dialog says so and stays
 * @param {() => void} after what to read again
 */
export function formDialog(title, body, label, send, after) {
  const fault = h('p', {class: 'form-fault', role: 'alert', hidden: true});
  const submit = h('button', {type: 'submit', class: 'button primary', form: 'dialog-form'}, label);
  const form = h('form', {id: 'dialog-form', class: 'form', novalidate: true}, ...body, fault);
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    if (submit.disabled) {
      return;
    }
    submit.disabled = true;
    show(fault, false);
    try {
      const done = await send();
      if (form.isConnected && done !== null) {
        closeDialog();
      }
      if (done !== null) {
        toast(done);
      }
    } catch (problem) {
      if (form.isConnected) {
        text(fault, problem.message);
        show(fault, true);
      } else {
        toast(problem.message, 'bad');
      }
    } finally {
      submit.disabled = false;
      after();
    }
  });
  openDialog(title, [form], [h('button', {type: 'button', class: 'button', onclick: closeDialog}, 'Cancel'), submit]);
  form.querySelector('input, select, textarea')?.focus();
}
