// The service worker: what is built is kept for good; wallet, card and voucher pages as last seen, for when there is no network.
import { KEPT, PAGES, fetchAndKeep, forget, keep } from "./wallet-store.js";

const PATIENCE = 3000; // ms
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
  if (event.data === "forget") event.waitUntil(forget().then(() => event.ports[0]?.postMessage("forgotten")));
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin) return;
  if (url.pathname.startsWith("/static/")) event.respondWith(builtFirst(request));
  else if (request.mode === "navigate") event.respondWith(networkFirst(event, url));
});

async function builtFirst(request) {
  return (await caches.match(request)) ?? fetch(request);
}

async function networkFirst(event, url) {
  const keeps = KEPT.test(url.pathname);
  const kept = keeps && (await caches.match(url.pathname, { cacheName: PAGES }));
  const fresh = keeps ? fetchAndKeep(event.request, url.pathname) : fetch(event.request);
  if (!kept) return fresh.catch(async () => (await caches.match("/offline")) ?? Response.error());
  event.waitUntil(fresh.catch(() => {}));
  // a bar of signal is worse than none: the guest stands at the till
  const patience = new Promise((resolve) => setTimeout(resolve, PATIENCE, kept));
  return Promise.race([fresh.catch(() => kept), patience]);
}
