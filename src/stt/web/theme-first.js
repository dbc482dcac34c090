// Before anything is painted: a theme that somebody chose must not flash in the other one first.
try {
  const theme = JSON.parse(localStorage.getItem("stt.theme"));
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
} catch {
  // No storage: the system's theme it is.
}
