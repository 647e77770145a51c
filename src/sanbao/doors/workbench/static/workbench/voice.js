// Arrows move between the cells of a heat map; without this, the table below it has every cell.
"use strict";
document.addEventListener("keydown", (event) => {
  const step = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] }[event.key];
  const cell = step && event.target.closest?.("[data-grid] [data-cell]");
  if (!cell) return;
  const grid = cell.closest("[data-grid]");
  let [row, column] = cell.dataset.cell.split(",").map(Number);
  for (let tries = 0; tries < 60; tries += 1) {
    row += step[0];
    column += step[1];
    const next = grid.querySelector(`[data-cell="${row},${column}"]`);
    if (next) {
      cell.setAttribute("tabindex", "-1");
      next.setAttribute("tabindex", "0");
      next.focus();
      event.preventDefault();
      return;
    }
  }
});
