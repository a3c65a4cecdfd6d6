// What this phone keeps of the wallet: pages as last seen, with what the card's code is made of. Emptied at sign-out.
export const PAGES = "pages";
export const KEPT = /^\/(wallet|cards|vouchers)(\/|$)/;
const FRESH = 6 * 3600_000; // ms a kept page is good enough not to be fetched again ahead of need
const MOST = 60;

export async function forget() {
  if ("caches" in globalThis) await caches.delete(PAGES);
}

// fetch the wallet's cards and vouchers before the network goes away
export async function keep(paths) {
  const pages = await caches.open(PAGES);
  for (const path of paths.slice(0, MOST)) {
    const kept = await pages.match(path);
    if (kept && Date.now() - Date.parse(kept.headers.get("date")) < FRESH) continue;
    const answer = await fetch(path, { credentials: "same-origin" }).catch(() => undefined);
    if (answer?.ok && !answer.redirected) await pages.put(path, answer);
  }
  const all = await pages.keys();
  await Promise.all(all.slice(0, Math.max(0, all.length - 2 * MOST)).map((request) => pages.delete(request)));
}
