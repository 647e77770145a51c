/* Manners of both webs. Every page works without this file. */
(() => {
  "use strict";
  const root = document.documentElement;
  const all = (what, from = document) => from.querySelectorAll(what);
  const on = (type, what, act) => document.addEventListener(type, (event) => {
    const found = event.target.closest && event.target.closest(what);
    if (found) act(found, event);
  });

  // Theme: seen at once, kept by the server.
  on("submit", "[data-theme-form]", (form, event) => {
    event.preventDefault();
    const chosen = event.submitter ? event.submitter.value : "auto";
    if (chosen === "auto") delete root.dataset.theme; else root.dataset.theme = chosen;
    all("[name=theme]", form).forEach((b) => b.setAttribute("aria-pressed", String(b.value === chosen)));
    const data = new FormData(form); data.set("theme", chosen);
    fetch(form.action, { method: "POST", body: data, redirect: "manual" });
    form.closest("details").open = false;
  });
  document.addEventListener("click", (event) => all("[data-drop][open]").forEach((d) => { if (!d.contains(event.target)) d.open = false; }));

  // Dialogs.
  on("click", "[data-open]", (button) => document.getElementById(button.dataset.open).showModal());
  on("click", "dialog", (box, event) => { if (event.target === box) box.close(); });
  on("click", "[data-print]", () => window.print());

  // A form is sent once; coming back with the back button wakes it again.
  on("submit", "form[data-busy]", (form, event) => {
    if (form.dataset.sent) { event.preventDefault(); return; }
    setTimeout(() => {
      if (event.defaultPrevented) return;
      form.dataset.sent = "1";
      if (event.submitter) event.submitter.setAttribute("aria-busy", "true");
    });
  });
  const wake = (form) => { delete form.dataset.sent; all("[aria-busy]", form).forEach((b) => b.removeAttribute("aria-busy")); };
  addEventListener("pageshow", () => all("form[data-sent]").forEach(wake));
  document.addEventListener("htmx:afterRequest", (event) => { const form = event.target.closest("form"); if (form) wake(form); });

  document.addEventListener("htmx:afterSwap", (event) => { if (event.target.matches("[data-toasts]")) event.target.scrollIntoView({ block: "center" }); });

  // Errors first.
  const wrong = document.querySelector("[data-focus]");
  if (wrong) wrong.focus();

  // Scanner and "/" go to the scan field, unless somebody is typing.
  const scan = document.querySelector("[data-scan]");
  if (scan) document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest("input, textarea, select, dialog[open], [contenteditable]")) return;
    if (event.key === "/") { event.preventDefault(); scan.focus(); scan.select(); }
    else if (/^[0-9A-Za-z]$/.test(event.key)) { scan.value = ""; scan.focus(); }
  });

  // Photos are seen before they are sent.
  on("change", "input[data-preview]", (input) => {
    const place = input.parentElement.querySelector(".previews");
    place.replaceChildren(...[...input.files].slice(0, 9).map((file) => {
      if (!file.type.startsWith("image/")) return document.createTextNode(file.name + " ");
      const image = document.createElement("img");
      image.src = URL.createObjectURL(file); image.alt = file.name;
      image.onload = () => URL.revokeObjectURL(image.src);
      return image;
    }));
  });

  // Network lost and found.
  const tell = () => all("[data-offline]").forEach((note) => { note.hidden = navigator.onLine; });
  addEventListener("online", tell); addEventListener("offline", tell); tell();

  // A shared counter is warned one minute before it is signed out.
  const limit = Number(document.body.dataset.timeout || 0);
  const box = document.querySelector("[data-timeout-dialog]");
  if (limit && box) {
    let warn, leave;
    const start = () => {
      clearTimeout(warn); clearTimeout(leave);
      warn = setTimeout(() => box.showModal(), Math.max(limit - 60, 5) * 1000);
      leave = setTimeout(() => location.reload(), (limit + 2) * 1000);
    };
    on("click", "[data-stay]", () => fetch(location.href).then(() => { box.close(); start(); }));
    document.addEventListener("htmx:afterRequest", start);
    start();
  }

  if (root.dataset.worker && "serviceWorker" in navigator && location.protocol === "https:")
    addEventListener("load", () => navigator.serviceWorker.register(root.dataset.worker, { scope: "/" }));
})();
