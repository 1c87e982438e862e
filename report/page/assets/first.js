// Before anything is painted: the theme that was chosen last, or the system's.
(() => {
  let kept = null;
  try { kept = localStorage.getItem("aisle-theme"); } catch { /* a browser may keep nothing for files */ }
  const dark = kept === "dark" || (kept !== "light" && matchMedia("(prefers-color-scheme: dark)").matches);
  document.documentElement.dataset.theme = dark ? "dark" : "light";
})();
