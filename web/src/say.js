// A short line at the bottom of the page, read out by screen readers; words come from the page.
export function say(text) {
  const place = document.querySelector("[data-toast]");
  if (!place || !text) return;
  const line = document.createElement("p");
  line.textContent = text;
  place.replaceChildren(line);
  setTimeout(() => line.remove(), 4000);
}
export const word = (name) => document.body.dataset[name] ?? "";
