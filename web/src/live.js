// One stream of events for the page; an event named "wallet" fetches again what says data-live="wallet".
// The element needs an id; data-live-from gives another address than the page's own.
// What a person is doing in it stays: choices and words go over to the fresh one, and it waits while something in it is pressed or sent.
// html[data-listening] says that the stream is open. data-live-now: fetched once as soon as the stream is open. data-live-source anywhere on the page gives the stream's address, such as a till's with its store.
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
    // connected again, late after the page was drawn, or a page that waits for something already under way: nobody knows what was missed
    const drawn = performance.getEntriesByType("navigation")[0]?.responseStart ?? 0;
    if (greeted || performance.now() - drawn > 1000 || document.querySelector("[data-live-now]")) heard.forEach(soon);
    greeted = true;
    document.documentElement.dataset.listening = "yes";
  });
  // refused, as when too many are open: the browser gives up, we ask again later
  source.addEventListener("error", ({ target }) => {
    if (target === source && target.readyState === EventSource.CLOSED) setTimeout(() => target === source && connect(), 30_000);
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

// an element that is replaced between press and release loses the press; one whose request is under way loses the answer
const busy = (element) => element.matches(":active, .htmx-request") || element.querySelector(".htmx-request, form[data-sent], dialog[open]");
const fields = (element) => [...element.querySelectorAll("input[name]:not([type=hidden], [type=file]), select[name], textarea[name]")];
const given = (field) => Math.max(0, [...field.options].findIndex((option) => option.defaultSelected));
const touched = (field) =>
  field.matches("select") ? field.selectedIndex !== given(field) : field.checked !== field.defaultChecked || field.value !== field.defaultValue;

function takeOver(old, fresh) {
  const several = (field) => field.matches("[type=checkbox], [type=radio]");
  const same = (field) => fields(fresh).find((one) => one.name === field.name && (!several(field) || one.value === field.value));
  for (const field of fields(old)) {
    const one = same(field);
    if (!one || !touched(field)) continue;
    if (several(field)) one.checked = field.checked;
    else one.value = field.value;
  }
  const folds = [...fresh.querySelectorAll("details")];
  [...old.querySelectorAll("details")].forEach((one, number) => {
    const said = (fold) => fold?.querySelector("summary")?.textContent;
    if (said(one) === said(folds[number])) folds[number].open = one.open;
  });
  const at = document.activeElement;
  if (!old.contains(at)) return () => {};
  const next = at.id ? () => document.getElementById(at.id) : at.name ? () => same(at) : () => undefined;
  return () => next()?.focus({ preventScroll: true });
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
      if (!now || !old.isConnected) continue;
      if (busy(old)) {
        setTimeout(() => soon(name), old.querySelector("dialog[open]") ? 2000 : 200);
        continue;
      }
      const adopted = document.adoptNode(now);
      const focus = takeOver(old, adopted);
      old.replaceWith(adopted);
      window.htmx?.process(adopted);
      focus();
    }
  }
  document.dispatchEvent(new CustomEvent("htmx:after:swap"));
}
