// What the page remembers of a visitor's choices: for good, or as long as the tab is open. Where storage is forbidden,
// nothing is remembered.

export function recall(name, forTab = false) {
  try { return storage(forTab).getItem(name); } catch { return null; }
}

export function remember(name, value, forTab = false) {
  try { storage(forTab).setItem(name, value); } catch { /* forbidden: the choice lasts as long as the page */ }
}

function storage(forTab) {
  return forTab ? sessionStorage : localStorage;
}
