// <div data-whereabouts="conversation">: a map of who shares where she is. Tells where this device is while its person shares it and the page is open,
// asks for the others every few seconds, and shows a tapped shop with the button that proposes it.
import { token } from "./csrf.js";

const SECONDS = 4;

export function start(page) {
  const id = page.dataset.whereabouts;
  const api = `/api/v1/conversations/${id}`;
  const map = page.querySelector("[data-map]");
  const says = page.querySelector("[data-whereabouts-says]");
  const known = JSON.parse(page.querySelector("[data-whereabouts-people]").textContent);
  let until = page.dataset.sharing;
  let watch;
  let told = 0;

  const tell = (name) => (says.textContent = name ? page.dataset[`says${name}`] : "");
  const send = (method, path, body) =>
    fetch(`${api}${path}`, {
      method,
      credentials: "same-origin",
      headers: { "content-type": "application/json", "x-csrf-token": token() },
      body: body && JSON.stringify(body),
    });

  function draw(people) {
    if (map?.map) map.map.people(people);
    page.dataset.whereaboutsPeople = people.length;
  }

  async function look() {
    if (document.hidden) return;
    const answer = await fetch(`/chats/${id}/map/people`, { credentials: "same-origin" }).catch(() => undefined);
    if (!answer?.ok) return;
    const people = await answer.json();
    draw(people);
    if (until && !people.some((one) => one.mine)) over();
  }

  function over() {
    until = "";
    if (watch !== undefined) navigator.geolocation.clearWatch(watch);
    location.reload();
  }

  function follow() {
    watch = navigator.geolocation?.watchPosition(
      async ({ coords }) => {
        if (Date.now() - told < SECONDS * 1000) return;
        told = Date.now();
        const answer = await send("PUT", "/position", { longitude: coords.longitude, latitude: coords.latitude }).catch(() => undefined);
        if (answer?.status === 409) over();
      },
      () => {},
      { enableHighAccuracy: true, maximumAge: 5000 },
    );
  }

  page.addEventListener("click", async (event) => {
    const share = event.target.closest("[data-whereabouts-share]");
    if (event.target.closest("[data-whereabouts-stop]")) {
      await send("DELETE", "/position");
      location.reload();
    } else if (share) {
      tell("Asking");
      navigator.geolocation.getCurrentPosition(
        async ({ coords }) => {
          const body = { longitude: coords.longitude, latitude: coords.latitude, minutes: Number(share.dataset.whereaboutsShare) };
          const answer = await send("POST", "/positions", body).catch(() => undefined);
          if (answer?.ok) location.replace(`/chats/${id}/map`);
          else says.textContent = (await answer?.json().catch(() => ({})))?.detail ?? "";
        },
        () => tell("Denied"),
        { enableHighAccuracy: true, timeout: 15_000, maximumAge: 60_000 },
      );
    }
  });
  page.addEventListener("map:picked", async ({ detail }) => {
    const place = page.querySelector("#picked");
    if (!detail.id) return place.replaceChildren();
    const answer = await fetch(`/chats/${id}/map/places/${detail.id}`, { credentials: "same-origin" }).catch(() => undefined);
    if (!answer?.ok) return;
    const found = new DOMParser().parseFromString(await answer.text(), "text/html");
    place.replaceChildren(...found.body.children);
  });

  draw(known);
  if (until) follow();
  setInterval(look, SECONDS * 1000);
  document.addEventListener("visibilitychange", look);
}
