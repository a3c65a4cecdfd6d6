// What this phone keeps of the wallet: pages as last seen, with what the card's code is made of. Runs in the service worker.
export const PAGES = "pages";
export const KEPT = /^\/(wallet|cards|vouchers)(\/|$)/;
const FRESH = 6 * 3600_000; // ms a kept page is good enough not to be fetched again ahead of need
const MOST = 60;

let reader = 0; // grows at each sign-out: an answer that was on its way for the one before is not kept

export async function fetchAndKeep(request, path) {
  const asked = reader;
  const answer = await fetch(request);
  if (answer.ok && !answer.redirected && asked === reader) {
    const copy = answer.clone();
    const pages = await caches.open(PAGES);
    await pages.put(path, copy);
    if (asked !== reader) await caches.delete(PAGES);
  }
  return answer;
}

export async function forget() {
  reader += 1;
  await caches.delete(PAGES);
}

// fetch the wallet's cards and vouchers before the network goes away
export async function keep(paths) {
  const asked = reader;
  for (const path of paths.slice(0, MOST)) {
    if (asked !== reader) return;
    const kept = await caches.match(path, { cacheName: PAGES });
    if (kept && Date.now() - Date.parse(kept.headers.get("date")) < FRESH) continue;
    await fetchAndKeep(new Request(path, { credentials: "same-origin" }), path).catch(() => {});
  }
  if (asked !== reader || !(await caches.has(PAGES))) return;
  const pages = await caches.open(PAGES);
  const all = await pages.keys();
  await Promise.all(all.slice(0, Math.max(0, all.length - 2 * MOST)).map((request) => pages.delete(request)));
}
