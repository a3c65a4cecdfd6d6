// One stream of events for the page; an event named "wallet" fetches again what says data-live="wallet".
// The element needs an id; data-live-from gives another address than the page's own.
let stream;
const waiting = new Map();

export function start() {
  stream ??= connect();
}

function connect() {
  const source = new EventSource("/live");
  const names = new Set([...document.querySelectorAll("[data-live]")].flatMap((found) => found.dataset.live.split(" ")));
  for (const name of names) source.addEventListener(name, () => soon(name));
  let lost = false;
  source.onerror = () => (lost = true);
  source.onopen = () => {
    if (lost) names.forEach(soon); // what happened while nobody listened
    lost = false;
  };
  window.addEventListener("pagehide", () => source.close());
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) stream = connect();
  });
  return source;
}

// several events at once cost one fetch
function soon(name) {
  clearTimeout(waiting.get(name));
  waiting.set(
    name,
    setTimeout(() => refresh(name), 60),
  );
}

async function refresh(name) {
  const stale = [...document.querySelectorAll("[data-live]")].filter((found) => found.dataset.live.split(" ").includes(name));
  const addresses = new Set(stale.map((found) => found.dataset.liveFrom ?? location.href));
  for (const address of addresses) {
    const answer = await fetch(address, { headers: { "x-live": name }, credentials: "same-origin" }).catch(() => undefined);
    if (!answer?.ok) continue;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const old of stale.filter((found) => (found.dataset.liveFrom ?? location.href) === address)) {
      const now = fresh.getElementById(old.id);
      if (!now) continue;
      const adopted = document.adoptNode(now);
      old.replaceWith(adopted);
      window.htmx?.process(adopted);
    }
  }
  document.dispatchEvent(new CustomEvent("htmx:after:swap"));
}
