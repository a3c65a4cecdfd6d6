// How the page's points look on the map: counts where they are close, a pin with its category's icon otherwise.
export const SOURCE = "shuke-points";

const FONTS = ["Noto Sans Bold", "PingFang SC", "Noto Sans CJK SC", "Microsoft YaHei"];
const PLAIN = ["Noto Sans Medium", "PingFang SC", "Noto Sans CJK SC", "Microsoft YaHei"];
const COLOURS = {
  light: { disc: "#3a3029", ring: "#ffffff", count: "#ffffff", ink: "#241f1b", halo: "#fffdfa" },
  dark: { disc: "#f4eee7", ring: "#211d1a", count: "#211d1a", ink: "#f4eee7", halo: "#161311" },
};

const single = ["!", ["has", "point_count"]];
const isChosen = (id) => ["==", ["to-string", ["get", "id"]], String(id)];
const truth = (name) => ["in", ["to-string", ["coalesce", ["get", name], false]], ["literal", ["true", "1", "2", "3", "4", "5", "6", "7", "8", "9"]]];
const pin = (chosen) => [
  "concat",
  chosen ? "chosen:" : "pin:",
  ["coalesce", ["get", "category"], "other"],
  ["case", ["any", truth("deals"), [">", ["to-number", ["get", "deals"], 0], 0]], ":deal", ""],
];

export function layers(theme, chosen) {
  const colour = COLOURS[theme];
  const named = { "text-field": ["coalesce", ["get", "name"], ""], "text-font": PLAIN, "text-size": 12, "text-max-width": 8, "text-anchor": "top", "text-optional": true };
  const halo = { "text-color": colour.ink, "text-halo-color": colour.halo, "text-halo-width": 1.6 };
  return [
    {
      id: "shuke-clusters",
      type: "circle",
      source: SOURCE,
      filter: ["has", "point_count"],
      paint: {
        "circle-color": colour.disc,
        "circle-opacity": 0.92,
        "circle-radius": ["interpolate", ["linear"], ["log10", ["get", "point_count"]], 0, 15, 1, 18, 2, 22, 3, 27, 4, 32],
        "circle-stroke-color": colour.ring,
        "circle-stroke-width": 2.5,
      },
    },
    {
      id: "shuke-counts",
      type: "symbol",
      source: SOURCE,
      filter: ["has", "point_count"],
      layout: { "text-field": ["get", "point_count_abbreviated"], "text-font": FONTS, "text-size": 13, "text-allow-overlap": true },
      paint: { "text-color": colour.count },
    },
    {
      id: "shuke-pins",
      type: "symbol",
      source: SOURCE,
      filter: ["all", single, ["!", isChosen(chosen)]],
      layout: {
        "icon-image": ["coalesce", ["image", pin(false)], ["image", "pin:other"]],
        "icon-allow-overlap": true,
        "icon-ignore-placement": true,
        "symbol-sort-key": ["case", truth("deals"), 1, 0],
        "text-offset": [0, 1.35],
        ...named,
      },
      paint: { ...halo, "icon-opacity": ["case", ["==", ["to-string", ["coalesce", ["get", "open"], true]], "false"], 0.55, 1], "text-opacity": ["step", ["zoom"], 0, 15.5, 1] },
    },
    {
      id: "shuke-chosen",
      type: "symbol",
      source: SOURCE,
      filter: ["all", single, isChosen(chosen)],
      layout: {
        "icon-image": ["coalesce", ["image", pin(true)], ["image", "chosen:other"]],
        "icon-anchor": "bottom",
        "icon-allow-overlap": true,
        "icon-ignore-placement": true,
        "text-offset": [0, 0.4],
        ...named,
        "text-font": FONTS,
        "text-allow-overlap": true,
      },
      paint: halo,
    },
  ];
}
