// One stream of events for the page; an event named "wallet" fetches again what says data-live="wallet".
// The element needs an id; data-live-from gives another address than the page's own.
// data-live-now: fetched once as soon as the stream is open. data-live-source anywhere on the page gives the stream's address, such as a till's with its store.
const heard = new Set();
const waiting = new Map();
let source;

export function start(element) {
  element.dataset.live.split(" ").forEach((name) => heard.add(name));
  if (!source) connect();
  else heard.forEach(listen);
}

function connect() {
  source = new EventSource(document.querySelector("[data-live-source]")?.dataset.liveSource ?? "/live");
  source.names = new Set();
  heard.forEach(listen);
  let greeted = false;
  source.addEventListener("open", (event) => {
    if (!(event instanceof MessageEvent)) return; // the connection's own event, not the server's
    // connected again, or a page that waits for something already under way: nobody knows what was missed
    if (greeted || document.querySelector("[data-live-now]")) heard.forEach(soon);
    greeted = true;
  });
}

function listen(name) {
  if (source.names.has(name)) return;
  source.names.add(name);
  source.addEventListener(name, () => soon(name));
}

window.addEventListener("pagehide", () => source?.close());
window.addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  connect();
  heard.forEach(soon);
});

// several events at once cost one fetch
function soon(name) {
  clearTimeout(waiting.get(name));
  waiting.set(
    name,
    setTimeout(() => refresh(name), 60),
  );
}

async function refresh(name) {
  const from = (element) => element.dataset.liveFrom ?? location.href;
  const stale = [...document.querySelectorAll("[data-live]")].filter((found) => found.dataset.live.split(" ").includes(name));
  for (const address of new Set(stale.map(from))) {
    const answer = await fetch(address, { headers: { "x-live": name }, credentials: "same-origin" }).catch(() => undefined);
    if (!answer?.ok || answer.redirected) continue;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const old of stale.filter((found) => from(found) === address)) {
      const now = fresh.getElementById(old.id);
      if (!now) continue;
      const adopted = document.adoptNode(now);
      old.replaceWith(adopted);
      window.htmx?.process(adopted);
    }
  }
  document.dispatchEvent(new CustomEvent("htmx:after:swap"));
}
