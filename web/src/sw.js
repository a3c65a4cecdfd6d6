// The service worker: what is built is kept for good; wallet, card and voucher pages as last seen, for when there is no network.
import { KEPT, PAGES, keep } from "./wallet-store.js";

const BUILT = "built-" + VERSION;

self.addEventListener("install", (event) => {
  event.waitUntil(
    (async () => {
      const cache = await caches.open(BUILT);
      await cache.addAll(PRECACHE);
      await cache.add("/offline").catch(() => {});
      await self.skipWaiting();
    })(),
  );
});

self.addEventListener("activate", (event) => {
  event.waitUntil(
    (async () => {
      const old = (await caches.keys()).filter((name) => name.startsWith("built-") && name !== BUILT);
      await Promise.all(old.map((name) => caches.delete(name)));
      await self.clients.claim();
    })(),
  );
});

self.addEventListener("message", (event) => {
  if (Array.isArray(event.data?.keep)) event.waitUntil(keep(event.data.keep));
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin) return;
  if (url.pathname.startsWith("/static/")) event.respondWith(builtFirst(request));
  else if (request.mode === "navigate") event.respondWith(networkFirst(request, url));
});

async function builtFirst(request) {
  return (await caches.match(request)) ?? fetch(request);
}

async function networkFirst(request, url) {
  const keeps = KEPT.test(url.pathname);
  try {
    const answer = await fetch(request);
    if (keeps && answer.ok && !answer.redirected) {
      const pages = await caches.open(PAGES);
      await pages.put(url.pathname, answer.clone());
    }
    return answer;
  } catch {
    const kept = keeps && (await caches.match(url.pathname, { cacheName: PAGES }));
    return kept || (await caches.match("/offline")) || Response.error();
  }
}
