// Makes and patches elements. Texts only ever become text nodes, so that no text can become markup.

/** @returns {HTMLElement} the element with this id, which index.html has */
export const byId = (id) => document.getElementById(id);

/**
 * Makes an element. An attribute that is null or false is left out, one that is true is empty; a
 * function is a listener, as in `{onclick: run}`.
 *
 * @param {string} tag
 * @param {Record<string, unknown>} [attributes]
 * @param {...(Node|string|number|null|undefined|false)} children
 */
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === 'function') {
      element.addEventListener(name.slice(2), value);
    } else {
      attr(element, name, value);
    }
  }
  element.append(...children.filter((child) => child != null && child !== false));
  return element;
}

/** Makes an SVG element. */
export function svg(tag, attributes = {}, ...children) {
  const element = document.createElementNS('http://www.w3.org/2000/svg', tag);
  for (const [name, value] of Object.entries(attributes)) {
    attr(element, name, value);
  }
  element.append(...children);
  return element;
}

/** Sets the text of a node, and touches nothing where it is that already. */
export function text(node, value) {
  const string = value == null ? '' : String(value);
  if (node.textContent !== string) {
    node.textContent = string;
  }
}

/** Sets or (null, undefined, false) removes an attribute, and touches nothing where it is so already. */
export function attr(node, name, value) {
  if (value == null || value === false) {
    if (node.hasAttribute(name)) {
      node.removeAttribute(name);
    }
    return;
  }
  const string = value === true ? '' : String(value);
  if (node.getAttribute(name) !== string) {
    node.setAttribute(name, string);
  }
}

/** Shows or hides a node. */
export function show(node, shown) {
  if (node.hidden === Boolean(shown)) {
    node.hidden = !shown;
  }
}

const rows = new WeakMap();

/**
 * Makes the children of a node be one for each item, in order. An item that was there keeps its
 * element, and with it the focus, the selection and the place to which it is scrolled.
 *
 * @template T
 * @param {Element} parent
 * @param {T[]} items
 * @param {(item: T) => unknown} keyOf
 * @param {(item: T) => Element} create
 * @param {(element: any, item: T) => void} update
 */
export function keyed(parent, items, keyOf, create, update) {
  const before = rows.get(parent) ?? new Map();
  const now = new Map();
  for (const item of items) {
    const key = keyOf(item);
    now.set(key, before.get(key) ?? create(item));
  }
  const kept = new Set(now.values());
  for (const child of [...parent.children]) {
    if (!kept.has(child)) {
      child.remove();
    }
  }
  let at = parent.firstElementChild;
  for (const item of items) {
    const element = now.get(keyOf(item));
    if (element === at) {
      at = at.nextElementSibling;
    } else {
      parent.insertBefore(element, at);
    }
    update(element, item);
  }
  rows.set(parent, now);
}
