// What the page remembers of a visitor's choices. Where storage is forbidden, nothing is remembered.

export function recall(name) {
  try { return localStorage.getItem(name); } catch { return null; }
}

export function remember(name, value) {
  try { localStorage.setItem(name, value); } catch { /* forbidden: the choice lasts as long as the page */ }
}
