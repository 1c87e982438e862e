// Charts drawn one after the other, those in view first, and drawn again where the theme or the paper asks for it.
(() => {
  "use strict";
  const root = document.documentElement;
  const looks = JSON.parse(document.getElementById("looks").textContent);
  const figures = [...document.querySelectorAll("figure")];
  const specs = new Map(figures.map((figure) => [figure, JSON.parse(figure.querySelector("script").textContent)]));
  const views = new Map();
  const COLUMN = 150; // pixels that an entry of a legend needs
  let theme = root.dataset.theme;
  let turn = 0;

  function config(box) {
    const columns = Math.max(1, Math.min(6, Math.floor(box.clientWidth / COLUMN)));
    const labelLimit = box.clientWidth / columns - 40; // beside its symbol
    return { ...looks[theme], legend: { ...looks[theme].legend, columns, labelLimit } };
  }

  async function draw(figure) {
    const chart = figure.querySelector(".chart > div"); // Vega makes what holds it a document of many marks; around it is one picture
    const before = views.get(figure);
    views.delete(figure);
    try {
      before?.finalize();
      const options = { mode: "vega-lite", renderer: "svg", actions: false, ast: true, defaultStyle: false, logLevel: 1, config: config(chart), tooltip: { disableDefaultStyle: true } };
      views.set(figure, await window.vegaEmbed(chart, specs.get(figure), options));
      keyboard(figure.querySelector(".box"));
    } catch (fault) {
      console.error(figure.id, fault);
      const said = document.createElement("p");
      said.className = "fault";
      said.textContent = `This chart could not be drawn: ${fault.message}`;
      chart.replaceChildren(said);
    }
    figure.removeAttribute("aria-busy");
  }

  function keyboard(box) { // a box that scrolls is reached by the keyboard
    if (box.scrollWidth > box.clientWidth) box.tabIndex = 0;
    else box.removeAttribute("tabindex");
  }

  function near(figure) {
    const at = figure.getBoundingClientRect();
    return at.bottom > 0 && at.top < innerHeight;
  }

  async function drawAll() {
    const mine = ++turn;
    const order = [...figures.filter(near), ...figures.filter((figure) => !near(figure))];
    order.forEach((figure) => figure.setAttribute("aria-busy", "true"));
    const seen = order.filter(near).length;
    for (const [at, figure] of order.entries()) {
      if (mine !== turn) return; // another theme or width was asked for meanwhile, and draws them all
      await draw(figure);
      if (at + 1 >= seen) performance.mark("seen"); // nothing is missing that shows without a scroll
      await new Promise((go) => setTimeout(go)); // so that a click is heard between two charts
    }
  }

  function drawn(wanted) {
    if (theme === wanted) return;
    theme = wanted;
    drawAll();
  }

  root.addEventListener("dressed", () => drawn(root.dataset.theme));
  addEventListener("beforeprint", () => {
    turn += 1;
    theme = "light";
    figures.forEach(draw);
  });
  addEventListener("afterprint", () => {
    theme = root.dataset.theme;
    drawAll();
  });

  let width = innerWidth;
  let later;
  addEventListener("resize", () => { // legends get as many columns as there is room for
    if (innerWidth === width) return;
    width = innerWidth;
    clearTimeout(later);
    later = setTimeout(drawAll, 200);
  });

  function table(rows) {
    const names = [...new Set(rows.flatMap(Object.keys))].filter((name) => !name.startsWith("__"));
    const made = document.createElement("table");
    const head = made.createTHead().insertRow();
    names.forEach((name) => {
      const cell = document.createElement("th");
      cell.scope = "col";
      cell.textContent = name.replaceAll("_", " ");
      head.append(cell);
    });
    const body = made.createTBody();
    rows.forEach((row) => {
      const line = body.insertRow();
      names.forEach((name) => {
        const value = row[name];
        const cell = line.insertCell();
        if (typeof value === "number") cell.className = "number";
        cell.textContent = value ?? "–";
      });
    });
    return made;
  }

  figures.forEach((figure) => {
    const details = figure.querySelector(".figures");
    details.addEventListener("toggle", () => {
      if (details.querySelector("table")) return;
      Object.values(specs.get(figure).datasets ?? {}).forEach((rows) => {
        const box = document.createElement("div");
        box.className = "box";
        box.tabIndex = 0;
        box.setAttribute("role", "group");
        box.setAttribute("aria-label", "Figures");
        box.append(table(rows));
        details.append(box);
      });
    });
  });

  drawAll();
})();
