// What a person chose, kept in this browser. A browser that keeps nothing still works.

export function recall(name, otherwise = null) {
  try {
    const kept = localStorage.getItem(`caravan.${name}`);
    return kept === null ? otherwise : JSON.parse(kept);
  } catch {
    return otherwise;
  }
}

export function remember(name, value) {
  try {
    localStorage.setItem(`caravan.${name}`, JSON.stringify(value));
  } catch {
    // It is chosen for as long as the page is open.
  }
}
