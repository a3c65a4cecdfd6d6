// <div data-explore="/explore/list?category=cafe"> around a map and #found, the list: both show the same view, and the address says it.
// The list is asked again with bbox=... when the map was moved; a pin shows its place above the list (#picked, from /explore/places/{id}); a line of
// the list (data-place) shows its pin. data-explore-begins: nobody said where, so it begins where the person is, if the browser may tell. Links and forms with data-keeps-view keep what is looked at. data-here: to where the browser is.
let asked;

export function start(page) {
  const map = page.querySelector("[data-map]");
  page.addEventListener("map:moved", ({ detail }) => moved(page, detail));
  page.addEventListener("map:picked", ({ detail }) => picked(page, detail.id));
  page.addEventListener("map:failed", () => page.classList.add("without-map"));
  for (const event of ["pointerenter", "focusin"]) page.addEventListener(event, ({ target }) => point(map, target), true);
  if (map && "exploreBegins" in page.dataset) begin(map).catch(() => undefined);
  page.querySelector("[data-here]")?.addEventListener("click", (event) => here(page, map, event.currentTarget));
}

async function shown(page, address, into) {
  const answer = await fetch(address, { headers: { "hx-request": "true", accept: "text/html" }, signal: asked.signal }).catch(() => undefined);
  const text = answer?.ok ? await answer.text().catch(() => undefined) : undefined; // a later move may have ended it
  if (text === undefined) return;
  const found = page.querySelector(into);
  found.innerHTML = text;
  window.htmx.process(found);
}

async function moved(page, { bbox, at, zoom }) {
  const view = [...at.map((degrees) => degrees.toFixed(5)), zoom.toFixed(1)].join(",");
  const here = new URL(location.href);
  for (const name of ["near", "cursor", "bbox", "coordinates"]) here.searchParams.delete(name);
  here.searchParams.set("at", view);
  history.replaceState(history.state, "", here);
  for (const link of page.querySelectorAll("a[data-keeps-view]")) keep(link, view);
  for (const field of page.querySelectorAll("input[name=at]")) field.value = view;
  asked?.abort();
  asked = new AbortController();
  const list = new URL(page.dataset.explore, location.href);
  list.searchParams.set("bbox", bbox.join(","));
  page.querySelector("#found").setAttribute("aria-busy", "true");
  await shown(page, list, "#found");
  page.querySelector("#found").removeAttribute("aria-busy");
}

function keep(link, view) {
  const address = new URL(link.href);
  for (const name of ["near", "coordinates"]) address.searchParams.delete(name);
  address.searchParams.set("at", view);
  link.href = address;
}

async function picked(page, id) {
  for (const line of page.querySelectorAll("[data-place]")) line.classList.toggle("chosen", line.dataset.place === id);
  const above = page.querySelector("#picked");
  if (!id) return above.replaceChildren();
  asked ??= new AbortController();
  await shown(page, `/explore/places/${id}`, "#picked");
  above.scrollIntoView({ block: "nearest" });
}

function point(map, target) {
  const line = target.closest?.("[data-place]");
  if (line && map?.dataset.mapReady && !map.hidden) map.map.select(line.dataset.place);
}

function here(page, map, button) {
  button.setAttribute("aria-busy", "true");
  navigator.geolocation.getCurrentPosition(
    ({ coords: { longitude, latitude } }) => {
      button.removeAttribute("aria-busy");
      if (button.dataset.here) return near(page, button.dataset.here, longitude, latitude);
      if (!map || map.hidden) return location.assign(`?near=${longitude.toFixed(5)},${latitude.toFixed(5)}`);
      map.map.own({ longitude, latitude });
      map.map.show([longitude, latitude], 15);
    },
    () => {
      button.removeAttribute("aria-busy");
      page.querySelector("[data-no-position]")?.removeAttribute("hidden");
    },
    { enableHighAccuracy: true, timeout: 15000, maximumAge: 60000 },
  );
}

// asks nobody: only where the browser was allowed before, and something is around
async function begin(map) {
  const allowed = await navigator.permissions?.query({ name: "geolocation" });
  if (allowed?.state !== "granted") return;
  const where = new Promise((done, failed) => navigator.geolocation.getCurrentPosition(done, failed, { timeout: 5000, maximumAge: 300000 }));
  const { longitude, latitude } = (await where).coords;
  const answer = await fetch(`/api/v1/places?near=${longitude.toFixed(5)},${latitude.toFixed(5)}&limit=1`);
  if (!answer.ok || !(await answer.json()).features.length) return;
  map.map.own({ longitude, latitude });
  map.map.show([longitude, latitude], 15);
}

function near(page, address, longitude, latitude) {
  window.htmx.ajax("POST", address, { target: page.querySelector("#offers"), swap: "innerHTML", values: { near: `${longitude},${latitude}` } });
}
