// What this phone keeps of the wallet: pages in Cache Storage, card secrets in IndexedDB.
import { deleteDB, openDB } from "idb";

const open = () =>
  openDB("wallet", 1, {
    upgrade(db) {
      db.createObjectStore("secrets", { keyPath: "number" });
    },
  });

export async function keepSecret(number, tag, secret) {
  const db = await open();
  await db.put("secrets", { number, tag, secret, at: Date.now() });
  db.close();
}

export async function secretOf(number) {
  const db = await open();
  const kept = await db.get("secrets", number);
  db.close();
  return kept;
}

export async function forget() {
  const names = await caches.keys();
  await Promise.all([...names.filter((name) => name.startsWith("pages")).map((name) => caches.delete(name)), deleteDB("wallet")]);
}
