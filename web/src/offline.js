// Registers the service worker, shows the offline bar, and forgets the wallet at sign-out.

const KEPT = /^\/(wallet|cards|vouchers)(\/|$)/;
const bar = document.querySelector("[data-offline]");
const show = () => {
  if (bar) bar.hidden = navigator.onLine;
};
window.addEventListener("online", show);
window.addEventListener("offline", show);
show();

if ("serviceWorker" in navigator && document.body.matches(".frame-app")) {
  navigator.serviceWorker.register("/sw.js").catch(() => {});
  if (KEPT.test(location.pathname) && navigator.onLine)
    navigator.serviceWorker.ready.then(({ active }) => {
      const paths = [...document.querySelectorAll("main a[href]")].map((link) => link.pathname).filter((path) => KEPT.test(path));
      active.postMessage({ keep: [...new Set(["/wallet", location.pathname, ...paths])] });
    });
}

// the sign-in page says data-forgets-now: whoever was here before is gone
if (document.querySelector("[data-forgets-now]")) forget().catch(() => {});

// the service worker does it, because an answer may still be on its way to it
async function forget() {
  if (!("caches" in window)) return;
  const worker = (await navigator.serviceWorker?.getRegistration())?.active;
  if (worker) {
    const { port1, port2 } = new MessageChannel();
    const done = new Promise((resolve) => (port1.onmessage = resolve));
    worker.postMessage("forget", [port2]);
    await Promise.race([done, new Promise((resolve) => setTimeout(resolve, 1500))]);
  }
  await caches.delete("pages");
}

// <form data-forgets>: wait until nothing of this person is left, then sign out
document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!form.matches("[data-forgets]") || form.dataset.forgotten) return;
  event.preventDefault();
  form.dataset.forgotten = "yes";
  await forget().catch(() => {});
  delete form.dataset.sent;
  form.requestSubmit(event.submitter);
});
