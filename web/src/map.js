// <div data-map data-map-at="24.94,60.17,14" data-map-from="/places.json" data-map-follow>: our own base map with the page's points on it.
// data-map-from: GeoJSON points with properties id, name, category, and if known deals, open, friends; with data-map-follow it is asked
// again with bbox=west,south,east,north after every move. First points may stand in a <script type="application/json"> inside. data-map-selected: id of the chosen one. data-map-gentle: one finger scrolls the page.
// Says (bubbling): map:ready, map:moved {bbox, at, zoom, byPerson}, map:picked {id, properties, at}, map:located {longitude, latitude, metres}, map:failed.
// Hears, as soon as it is awake, by element.map: points(geojson), own(position or null), people(list), select(id), show(at, zoom), fit(bbox), refresh().
import { pictures } from "./map-icons.js";
import { drawPeople, ownDot } from "./map-people.js";
import { layers, SOURCE } from "./map-points.js";

const STYLES = MAP_STYLES; // addresses of what the build made
const WORKER = MAP_WORKER;
const EMPTY = { type: "FeatureCollection", features: [] };
const still = matchMedia("(prefers-reduced-motion: reduce)");
const night = matchMedia("(prefers-color-scheme: dark)");

const theme = () => document.documentElement.dataset.theme ?? (night.matches ? "dark" : "light");
const language = () => (document.documentElement.lang.startsWith("zh") ? "zh" : "en");
const place = (text) => (text ?? "").split(",").map(Number).filter(Number.isFinite);

function say(element, name, detail = {}) {
  element.dispatchEvent(new CustomEvent(`map:${name}`, { bubbles: true, detail }));
}

function styled() {
  return new Promise((done) => {
    if (document.querySelector(`link[href="${STYLES}"]`)) return done();
    const link = Object.assign(document.createElement("link"), { rel: "stylesheet", href: STYLES });
    link.onload = link.onerror = done;
    document.head.append(link);
  });
}

async function baseStyle() {
  const answer = await fetch(`/map/style.json?theme=${theme()}&lang=${language()}`);
  if (!answer.ok) throw new Error(`map style: ${answer.status}`);
  const style = await answer.json();
  // the tiles are asked for where this page came from, whatever name the installation has elsewhere
  for (const source of Object.values(style.sources)) source.tiles = source.tiles?.map((tile) => tile.replace(/^https?:\/\/[^/]+/, location.origin));
  return style;
}

export function start(element) {
  const waiting = [];
  const api = {};
  for (const name of ["points", "own", "people", "select", "show", "fit", "refresh"]) api[name] = (...given) => waiting.push([name, given]);
  element.map = api;
  // not waited for: a page is ready before its map is
  draw(element)
    .then((works) => {
      Object.assign(api, works);
      for (const [name, given] of waiting) api[name](...given);
      element.dataset.mapReady = "yes";
      say(element, "ready");
    })
    .catch((problem) => {
      console.warn(`The map can't be drawn: ${problem.message}`);
      element.hidden = true;
      element.dataset.mapFailed = "yes";
      say(element, "failed");
    });
}

async function draw(element) {
  const [gl, style] = await Promise.all([import("./map-gl.js"), baseStyle(), styled()]);
  const words = style.metadata["shuke:words"];
  const [longitude, latitude, zoom] = place(element.dataset.mapAt);
  const known = Number.isFinite(latitude);
  const given = element.querySelector('script[type="application/json"]');
  const first = given ? JSON.parse(given.textContent) : EMPTY;
  element.replaceChildren();
  gl.setWorkerUrl(new URL(WORKER, location.origin).href);
  const map = new gl.Map({
    container: element,
    style,
    center: known ? [longitude, latitude] : style.center,
    zoom: known ? (zoom ?? 14) : style.zoom,
    minZoom: 3,
    maxZoom: 19,
    dragRotate: false,
    pitchWithRotate: false,
    touchPitch: false,
    rollEnabled: false,
    attributionControl: { compact: false },
    cooperativeGestures: "mapGentle" in element.dataset,
    fadeDuration: still.matches ? 0 : 150,
    locale: words,
  });
  map.touchZoomRotate.disableRotation();
  map.keyboard.disableRotation();
  map.on("error", (event) => console.debug("map:", event.error?.message)); // a tile that does not come leaves paper
  map.addControl(new gl.NavigationControl({ showCompass: false }), "bottom-right");
  if (navigator.geolocation && !("mapStill" in element.dataset)) map.addControl(locating(gl, element), "bottom-right");
  await new Promise((done) => map.once("style.load", done));
  const works = pointsOn(gl, map, element, first);
  await works.dress();
  follow(map, element, works);
  repaint(map, works);
  aim(map, element);
  new ResizeObserver(() => map.resize()).observe(element);
  await new Promise((done) => map.once("idle", done));
  return works;
}

function locating(gl, element) {
  const control = new gl.GeolocateControl({ positionOptions: { enableHighAccuracy: true }, fitBoundsOptions: { maxZoom: 16 }, showAccuracyCircle: true });
  control.on("geolocate", ({ coords }) => say(element, "located", { longitude: coords.longitude, latitude: coords.latitude, metres: coords.accuracy }));
  return control;
}

function pointsOn(gl, map, element, first) {
  const state = { points: first, selected: element.dataset.mapSelected ?? "", own: null, people: [] };
  const dots = new Map();
  const works = {
    async dress() {
      element.dataset.mapTheme = theme();
      // after a change of colours too: what a new style does not know is put back
      for (const [name, picture] of await pictures(theme())) if (!map.hasImage(name)) map.addImage(name, picture, { pixelRatio: 2 });
      if (!map.getSource(SOURCE)) map.addSource(SOURCE, { type: "geojson", data: state.points, cluster: true, clusterRadius: 42, clusterMaxZoom: 15 });
      for (const layer of layers(theme(), state.selected)) if (!map.getLayer(layer.id)) map.addLayer(layer);
    },
    points(geojson) {
      state.points = geojson;
      map.getSource(SOURCE)?.setData(geojson);
    },
    select(id) {
      state.selected = id ?? "";
      element.dataset.mapSelected = state.selected;
      for (const layer of layers(theme(), state.selected)) {
        if (layer.filter) map.setFilter(layer.id, layer.filter);
      }
    },
    own(position) {
      state.own = ownDot(gl, map, state.own, position);
    },
    people(list) {
      drawPeople(gl, map, dots, list);
    },
    show(at, zoom) {
      map.easeTo({ center: at, zoom: zoom ?? Math.max(map.getZoom(), 15), duration: 500 });
    },
    fit([west, south, east, north]) {
      map.fitBounds([west, south, east, north], { padding: 48, maxZoom: 17, duration: 500 });
    },
    async refresh() {
      const address = element.dataset.mapFrom;
      if (!address) return;
      state.asked?.abort();
      state.asked = new AbortController();
      const url = new URL(address, location.href);
      if ("mapFollow" in element.dataset) url.searchParams.set("bbox", box(map).join(","));
      const answer = await fetch(url, { signal: state.asked.signal, headers: { accept: "application/geo+json" } }).catch(() => undefined);
      const found = answer?.ok ? await answer.json().catch(() => undefined) : undefined; // a later move may have ended it
      if (found) works.points(found);
    },
  };
  picking(map, element, works);
  return works;
}

function box(map) {
  const bounds = map.getBounds();
  return [bounds.getWest(), bounds.getSouth(), bounds.getEast(), bounds.getNorth()].map((degrees) => Number(degrees.toFixed(6)));
}

function picking(map, element, works) {
  const pins = ["shuke-pins", "shuke-chosen"];
  const pick = (feature) => {
    const { id } = feature.properties;
    works.select(id);
    say(element, "picked", { id, properties: feature.properties, at: feature.geometry.coordinates });
  };
  map.on("click", async (event) => {
    const [x, y] = [event.point.x, event.point.y];
    const around = [
      [x - 8, y - 8],
      [x + 8, y + 8],
    ];
    const [feature] = map.queryRenderedFeatures(around, { layers: [...pins, "shuke-clusters"].filter((name) => map.getLayer(name)) });
    if (!feature) {
      if (element.dataset.mapSelected) {
        works.select("");
        say(element, "picked", { id: null, properties: null, at: [event.lngLat.lng, event.lngLat.lat] });
      } else say(element, "tapped", { at: [event.lngLat.lng, event.lngLat.lat] });
    } else if (feature.properties.cluster) {
      const zoom = await map.getSource(SOURCE).getClusterExpansionZoom(feature.properties.cluster_id);
      map.easeTo({ center: feature.geometry.coordinates, zoom: Math.min(zoom + 0.3, 18), duration: 400 });
    } else pick(feature);
  });
  map.on("mousemove", (event) => {
    const over = map.queryRenderedFeatures(event.point, { layers: [...pins, "shuke-clusters"].filter((name) => map.getLayer(name)) });
    map.getCanvas().classList.toggle("map-over", over.length > 0);
  });
  // by keyboard: arrows and +/- move, Enter chooses what is nearest to the middle
  map.getCanvas().addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    const middle = map.project(map.getCenter());
    const far = ({ geometry }) => {
      const at = map.project(geometry.coordinates);
      return Math.hypot(at.x - middle.x, at.y - middle.y);
    };
    const [nearest] = map.queryRenderedFeatures({ layers: pins.filter((name) => map.getLayer(name)) }).sort((one, other) => far(one) - far(other));
    if (nearest) pick(nearest);
  });
}

function follow(map, element, works) {
  let soon;
  const moved = (event) => {
    clearTimeout(soon);
    soon = setTimeout(() => {
      const { lng, lat } = map.getCenter();
      say(element, "moved", { bbox: box(map), at: [lng, lat], zoom: map.getZoom(), byPerson: Boolean(event?.originalEvent) });
      if ("mapFollow" in element.dataset) works.refresh();
    }, 250);
  };
  map.on("moveend", moved);
  works.refresh();
}

function repaint(map, works) {
  let now = theme();
  const change = async () => {
    if (now === theme()) return;
    now = theme();
    map.once("styledata", () => works.dress());
    map.setStyle(await baseStyle(), { diff: false });
  };
  night.addEventListener("change", change);
  new MutationObserver(change).observe(document.documentElement, { attributeFilter: ["data-theme"] });
}

// where Enter chooses from, seen while the map has the keyboard
function aim(map, element) {
  const cross = Object.assign(document.createElement("span"), { className: "map-aim", ariaHidden: "true" });
  element.append(cross);
  const canvas = map.getCanvas();
  canvas.addEventListener("focus", () => cross.classList.toggle("on", canvas.matches(":focus-visible")));
  canvas.addEventListener("keydown", () => cross.classList.add("on"));
  canvas.addEventListener("blur", () => cross.classList.remove("on"));
}
