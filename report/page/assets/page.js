// The theme's button and the menu of sections.
(() => {
  "use strict";
  const root = document.documentElement;
  const button = document.getElementById("theme");
  const system = matchMedia("(prefers-color-scheme: dark)");

  function dress(theme) {
    const changed = root.dataset.theme !== theme;
    root.dataset.theme = theme;
    button.setAttribute("aria-pressed", String(theme === "dark"));
    if (changed) root.dispatchEvent(new Event("dressed"));
  }

  function kept() {
    try { return localStorage.getItem("aisle-theme"); } catch { return null; }
  }

  button.hidden = false;
  dress(root.dataset.theme);
  button.addEventListener("click", () => {
    const theme = root.dataset.theme === "dark" ? "light" : "dark";
    try { localStorage.setItem("aisle-theme", theme); } catch { /* then it lasts as long as the page */ }
    dress(theme);
  });
  system.addEventListener("change", () => { if (!kept()) dress(system.matches ? "dark" : "light"); });

  const opener = document.querySelector("nav .opener");
  const menu = document.getElementById("menu");
  const wide = matchMedia("(min-width: 64rem)");

  function open(shown) {
    menu.hidden = !shown;
    opener.setAttribute("aria-expanded", String(shown));
  }

  opener.hidden = false;
  open(wide.matches);
  wide.addEventListener("change", () => open(wide.matches));
  opener.addEventListener("click", () => open(menu.hidden));
  menu.addEventListener("click", (event) => { if (event.target.closest("a") && !wide.matches) open(false); });
  menu.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !wide.matches) { open(false); opener.focus(); }
  });

  const links = new Map([...menu.querySelectorAll("a")].map((link) => [link.hash.slice(1), link]));
  const seen = new Set();
  const watch = new IntersectionObserver((entries) => {
    entries.forEach((entry) => (entry.isIntersecting ? seen.add(entry.target.id) : seen.delete(entry.target.id)));
    const first = [...links.keys()].find((name) => seen.has(name));
    if (first) links.forEach((link, name) => (name === first ? link.setAttribute("aria-current", "true") : link.removeAttribute("aria-current")));
  }, { rootMargin: "-15% 0px -60% 0px" });
  links.forEach((_, name) => watch.observe(document.getElementById(name)));
})();
