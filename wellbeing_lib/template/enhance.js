"use strict";
// An enhancement only: without it the page is whole, its tables plain and its table of contents a list of links.
(() => {
  const all = (selector, from = document) => [...from.querySelectorAll(selector)];
  const language = document.documentElement.lang;

  // The table of contents: folded on a narrow screen, and marking where one is on a wide one.
  const contents = document.querySelector("nav.contents");
  const fold = contents.querySelector("details");
  const wide = matchMedia("(min-width: 80rem)");
  const fit = () => { fold.open = wide.matches; };
  wide.addEventListener("change", fit);
  fit();
  const links = all("nav.contents a");
  const marked = links.map((link) => document.getElementById(link.hash.slice(1)));
  let waiting = false;
  const follow = () => {
    waiting = false;
    let at = -1;
    marked.forEach((heading, n) => { if (heading && heading.getBoundingClientRect().top < innerHeight / 3) at = n; });
    links.forEach((link, n) => {
      if (n === at) link.setAttribute("aria-current", "location"); else link.removeAttribute("aria-current");
    });
    all("nav.contents details > ol > li").forEach((item) => item.classList.toggle("here", at >= 0 && item.contains(links[at])));
    if (at >= 0 && wide.matches) {
      const box = contents.getBoundingClientRect(), line = links[at].getBoundingClientRect();
      if (line.bottom > box.bottom || line.top < box.top) contents.scrollTop += line.top - box.top - box.height / 2;
    }
  };
  addEventListener("scroll", () => { if (!waiting) { waiting = true; requestAnimationFrame(follow); } }, { passive: true });
  follow();

  // A frame that holds its whole table needs no stop of the keyboard.
  const frames = all(".scroll");
  const stops = new ResizeObserver((changes) => changes.forEach(({ target }) => {
    if (target.scrollWidth > target.clientWidth + 1) target.tabIndex = 0; else target.removeAttribute("tabindex");
  }));
  frames.forEach((frame) => stops.observe(frame));

  // Sorting: a button in each heading by which it makes sense; rows stay within their group.
  const word = (cell) => cell.textContent.trim().replace(/^[^\p{L}\p{N}]+/u, "");
  const order = (column, turn) => (a, b) =>
    turn * word(a.cells[column]).localeCompare(word(b.cells[column]), language, { numeric: true });
  const sort = (table, heading) => {
    const falling = heading.getAttribute("aria-sort") === "ascending";
    all("thead th[data-sort]", table).forEach((other) => other.removeAttribute("aria-sort"));
    heading.setAttribute("aria-sort", falling ? "descending" : "ascending");
    for (const body of table.tBodies) {
      const rows = [...body.rows].filter((row) => !row.classList.contains("rowgroup"));
      body.append(...rows.sort(order(heading.cellIndex, falling ? -1 : 1)));
    }
  };
  all("table.sortable").filter((table) => table.rows.length > 3).forEach((table) => {
    all("thead th[data-sort]", table).forEach((heading) => {
      const button = document.createElement("button");
      button.type = "button";
      button.title = table.dataset.sort;
      button.append(...heading.childNodes);
      heading.append(button);
      button.addEventListener("click", () => sort(table, heading));
    });
  });

  // Filtering: a field above the table, and how many rows are left.
  all("table[data-filter]").forEach((table, n) => {
    const box = document.createElement("div"), label = document.createElement("label");
    const field = document.createElement("input"), left = document.createElement("output");
    box.className = "filter";
    field.type = "search";
    field.id = left.htmlFor = label.htmlFor = `filter-${n}`;
    label.textContent = table.dataset.filter;
    box.append(label, field, left);
    table.closest(".scroll").before(box);
    const rows = all("tbody tr:not(.rowgroup)", table);
    field.addEventListener("input", () => {
      const wanted = field.value.trim().toLocaleLowerCase(language);
      rows.forEach((row) => { row.hidden = !row.textContent.toLocaleLowerCase(language).includes(wanted); });
      for (const body of table.tBodies) {
        const group = body.querySelector(".rowgroup");
        if (group) group.hidden = !rows.some((row) => row.parentNode === body && !row.hidden);
      }
      left.value = wanted ? `${table.dataset.count} ${rows.filter((row) => !row.hidden).length} / ${rows.length}` : "";
    });
  });
})();
