// Runs before anything is painted, so that a chosen theme never flashes the other one. Not a module: those wait.
try {
  const theme = localStorage.getItem("theme");
  if (theme === "dark" || theme === "light") document.documentElement.dataset.theme = theme;
} catch {
  // Storage is forbidden in this browser: the system's theme is shown.
}
