/* The labelling screen: clauses by click, drag or arrows; aspects, directions and the rest by keys. */
(() => {
  "use strict";
  const form = document.querySelector("[data-teach]");
  if (!form) return;
  const field = form.elements.marks;
  const text = form.querySelector("[data-text]");
  const list = form.querySelector("[data-marks]");
  const spans = [...text.querySelectorAll("[data-start]")];
  const pieces = spans.filter((span) => span.dataset.clause);
  const keys = new Map([...form.querySelectorAll("[data-aspect]")].map((b) => [b.dataset.key, b]));
  const ticks = new Map([...form.querySelectorAll("[data-tick]")].map((b) => [b.dataset.tick, b]));
  const signs = { "1": "+", "-1": "−", "0": "·" };
  let marks = JSON.parse(field.value || "[]");
  let past = [];
  let at = 0;
  let chosen = null;

  // Places are counted in characters as the server counts them, not in halves of an emoji.
  const chars = Array.from(text.textContent);

  const bounds = (span) => [Number(span.dataset.start), Number(span.dataset.end)];
  const where = () => chosen || (pieces.length ? bounds(pieces[at]) : [0, chars.length]);
  const said = (start, end) => chars.slice(start, end).join("");
  const remember = () => past.push(JSON.stringify(marks));

  const show = () => {
    field.value = JSON.stringify(marks);
    const [start, end] = where();
    for (const span of spans) {
      const [first, last] = bounds(span);
      span.classList.toggle("here", first < end && last > start);
      const signed = marks.filter((mark) => mark[2] < last && mark[3] > first).map((mark) => mark[1]);
      span.classList.toggle("blame", signed.includes(-1));
      span.classList.toggle("praise", signed.includes(1) && !signed.includes(-1));
      span.classList.toggle("fact", signed.length > 0 && signed.every((sign) => sign === 0));
    }
    list.replaceChildren(...marks.map((mark, place) => row(mark, place)));
    form.querySelector("[data-none]").hidden = marks.length > 0;
    form.querySelector("[data-place]").textContent = said(start, end);
  };

  const row = (mark, place) => {
    const item = form.querySelector("template").content.firstElementChild.cloneNode(true);
    const name = form.querySelector(`[data-aspect="${mark[0]}"]`).dataset.name;
    item.querySelector("[data-name]").textContent = name;
    item.querySelector("[data-words]").textContent = said(mark[2], mark[3]);
    item.querySelectorAll("[data-sign]").forEach((button) => {
      button.setAttribute("aria-pressed", String(Number(button.dataset.sign) === mark[1]));
      button.addEventListener("click", () => { remember(); marks[place][1] = Number(button.dataset.sign); show(); });
    });
    item.querySelector("[data-drop]").addEventListener("click", () => { remember(); marks.splice(place, 1); show(); });
    return item;
  };

  const add = (code) => {
    const [start, end] = where();
    const same = marks.findIndex((mark) => mark[0] === code && mark[2] === start && mark[3] === end);
    remember();
    if (same >= 0) marks.push(...marks.splice(same, 1)); else marks.push([code, -1, start, end]);
    chosen = null;
    show();
    guide(code);
  };
  const point = (sign) => { if (marks.length) { remember(); marks[marks.length - 1][1] = sign; show(); } };
  const undo = () => { if (past.length) { marks = JSON.parse(past.pop()); show(); } };
  const drop = () => { if (marks.length) { remember(); marks.pop(); show(); } };
  const move = (step) => {
    if (!pieces.length) return;
    at = Math.min(Math.max(at + step, 0), pieces.length - 1);
    chosen = null; show();
    pieces[at].scrollIntoView({ block: "nearest" });
  };
  const widen = () => {
    if (at + 1 >= pieces.length) return;
    const [start] = where(); at += 1;
    chosen = [start, bounds(pieces[at])[1]]; show();
  };
  const guide = (code) => form.querySelectorAll("[data-guide]").forEach((part) => { part.hidden = part.dataset.guide !== code; });
  const judge = (value) => { form.querySelectorAll("[name=overall]").forEach((input) => { input.checked = input.value === value; }); };

  // A stretch that was dragged over; a click alone means the clause.
  const offset = (node, inside) => {
    const span = (node.nodeType === 3 ? node.parentElement : node).closest("[data-start]");
    if (!span || !text.contains(span)) return null;
    const before = node.nodeType === 3 ? node.textContent.slice(0, inside) : inside ? span.textContent : "";
    return Number(span.dataset.start) + Array.from(before).length;
  };
  text.addEventListener("mouseup", (event) => {
    const drawn = getSelection();
    if (drawn.isCollapsed) {
      const span = event.target.closest("[data-clause]");
      if (span) { at = pieces.indexOf(span); chosen = null; show(); }
      return;
    }
    const ends = [offset(drawn.anchorNode, drawn.anchorOffset), offset(drawn.focusNode, drawn.focusOffset)];
    if (ends.includes(null)) return;
    chosen = [Math.min(...ends), Math.max(...ends)];
    drawn.removeAllRanges(); show();
  });

  form.querySelectorAll("[data-aspect]").forEach((button) => {
    button.addEventListener("click", () => add(button.dataset.aspect));
    for (const type of ["focus", "mouseenter"]) button.addEventListener(type, () => guide(button.dataset.aspect));
  });
  form.querySelectorAll("[data-do]").forEach((button) => button.addEventListener("click", () => ({ undo, widen })[button.dataset.do]()));
  document.querySelectorAll("[data-take]").forEach((button) => button.addEventListener("click", () => {
    remember();
    const taken = JSON.parse(button.dataset.take);
    marks = taken.aspects; judge(String(taken.overall));
    ticks.forEach((box) => { box.checked = [...taken.demands, ...taken.flags].includes(box.value); });
    show();
  }));

  const acts = {
    ArrowLeft: () => move(-1), ArrowRight: () => move(1), ArrowUp: () => move(-1), ArrowDown: () => move(1),
    j: () => point(1), k: () => point(-1), l: () => point(0), J: () => judge("1"), K: () => judge("-1"), L: () => judge("0"),
    u: undo, Backspace: drop, Delete: drop, Enter: () => form.requestSubmit(form.querySelector("[data-send]")),
    ".": () => document.querySelector("[data-skip]")?.requestSubmit(), m: () => form.querySelector("[data-unreadable]")?.click(),
  };
  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest("input:not([type=checkbox]):not([type=radio]), textarea, select, dialog[open], header, nav")) return;
    if (event.key === "Enter" && event.target.closest("button, a, summary")) return;
    const act = event.shiftKey && event.key === "ArrowRight" ? widen
      : keys.has(event.key) ? () => add(keys.get(event.key).dataset.aspect)
      : ticks.has(event.key) ? () => { const box = ticks.get(event.key); box.checked = !box.checked; }
      : acts[event.key];
    if (act) { event.preventDefault(); event.stopImmediatePropagation(); act(); }
  }, true);
  form.classList.add("live");
  show();
})();
