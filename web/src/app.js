// The one script of every page: small things at once, larger ones only where the page asks for them by an attribute.
import htmx from "htmx.org/dist/htmx.esm.min.js";
import "./csrf.js";
import "./small.js";
import "./offline.js";

window.htmx = htmx;

const lazy = [
  ["[data-card-code]", () => import("./card-code.js")],
  ["[data-scan]", () => import("./scan.js")],
  ["[data-till]", () => import("./till.js")],
  ["[data-live]", () => import("./live.js")],
  ["[data-chart]", () => import("./chart.js")],
  ["[data-passkey]", () => import("./passkey.js")],
  ["[data-wait]", () => import("./wait.js")],
  ["[data-until]", () => import("./until.js")],
  ["[data-explore]", () => import("./explore.js")],
  ["[data-position]", () => import("./position.js")],
  ["[data-map]", () => import("./map.js")],
  ["[data-chat]", () => import("./chat.js")],
  ["[data-whereabouts]", () => import("./whereabouts.js")],
];

// a button that is pressed before the part that listens is there is pressed again once it is
const AWAITED = "[data-till], [data-passkey], [data-explore], [data-chat], [data-whereabouts]";
const held = [];
document.addEventListener(
  "click",
  (event) => {
    const button = event.target.closest?.("button[type=button]");
    if (!button?.closest(AWAITED) || button.closest(AWAITED).dataset.awake) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    held.push(button);
  },
  true,
);
const press = (buttons) => new Set(buttons.splice(0)).forEach((button) => button.isConnected && button.click()); // once, however often it was

async function wake(root) {
  await woken(root).finally(() => press(held));
}

async function woken(root) {
  const asked = lazy.filter(([selector]) => root.matches?.(selector) || root.querySelector(selector));
  await Promise.all(
    asked.map(async ([selector, load]) => {
      const { start } = await load();
      const found = [...root.querySelectorAll(selector)];
      if (root.matches?.(selector)) found.push(root);
      for (const element of found) {
        if (element.dataset.awake) continue;
        element.dataset.awake = "yes";
        start(element);
      }
    }),
  );
}

// what was pressed before even this script was there: the page's head keeps it (early.js)
const early = window.early ?? [];
window.onclick = null;
document.addEventListener("DOMContentLoaded", () => press(early));

// tests and scripts wait for html[data-ready]
wake(document.documentElement).finally(() => {
  document.documentElement.dataset.ready = "yes";
});
document.addEventListener("htmx:after:swap", () => wake(document.documentElement));
