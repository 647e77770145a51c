const KEPT = "sanbao-offline-1";
const PAGES = {{ kept|tojson }};
self.addEventListener("install", (event) => event.waitUntil(caches.open(KEPT).then((store) => store.addAll(PAGES)).then(() => self.skipWaiting())));
self.addEventListener("fetch", (event) => {
  const asked = event.request;
  if (asked.mode === "navigate" && asked.method === "GET") event.respondWith(fetch(asked).catch(() => caches.match({{ page|tojson }})));
  else if (PAGES.includes(new URL(asked.url).pathname)) event.respondWith(fetch(asked).catch(() => caches.match(asked)));
});
