// Tables sorted by a button in each heading, which the keyboard reaches as any other.
(() => {
  "use strict";
  const words = new Intl.Collator("en", { numeric: true });

  function key(row, at, numbers) {
    const cell = row.cells[at];
    if (!numbers) return cell.textContent;
    return cell.dataset.value === undefined ? NaN : Number(cell.dataset.value);
  }

  function sort(table, at, descending) {
    const body = table.tBodies[0];
    const rows = [...body.rows];
    const numbers = rows.some((row) => row.cells[at].dataset.value !== undefined);
    const sign = descending ? -1 : 1;
    rows.sort((one, other) => {
      const a = key(one, at, numbers), b = key(other, at, numbers);
      if (!numbers) return sign * words.compare(a, b);
      if (Number.isNaN(a) || Number.isNaN(b)) return Number.isNaN(a) - Number.isNaN(b); // what is missing comes last
      return sign * (a - b);
    });
    body.append(...rows);
    [...table.tHead.rows[0].cells].forEach((head, index) => {
      if (index === at) head.setAttribute("aria-sort", descending ? "descending" : "ascending");
      else head.removeAttribute("aria-sort");
    });
  }

  function sortable(table) {
    [...table.tHead.rows[0].cells].forEach((head, at) => {
      const button = document.createElement("button");
      button.type = "button";
      button.append(...head.childNodes);
      button.addEventListener("click", () => {
        const now = head.getAttribute("aria-sort");
        sort(table, at, now ? now === "ascending" : head.classList.contains("number"));
      });
      head.append(button);
    });
  }

  document.querySelectorAll("table[data-sortable]").forEach(sortable);
})();
