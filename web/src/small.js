// Copy, dialogs, drawers, appearance, printing: one listener each, no state.
import { say, word } from "./say.js";

document.addEventListener("click", async (event) => {
  const at = (selector) => event.target.closest?.(selector);
  let found;
  if ((found = at("[data-copy]"))) {
    try {
      await navigator.clipboard.writeText(found.dataset.copy);
      say(word("copied"));
    } catch {
      say(word("failed"));
    }
  } else if ((found = at("[data-shares]"))) {
    try {
      await navigator.share({ title: found.dataset.sharesTitle, url: found.dataset.shares });
    } catch (error) {
      if (error.name !== "AbortError") say(word("failed"));
    }
  } else if ((found = at("[data-opens]"))) {
    document.getElementById(found.dataset.opens)?.showModal();
  } else if ((found = at("[data-closes]"))) {
    found.closest("dialog")?.close();
  } else if ((found = at("[data-toggles]"))) {
    const open = document.getElementById(found.dataset.toggles).classList.toggle("open");
    found.setAttribute("aria-expanded", String(open));
  } else if (at("[data-print]")) {
    window.print();
  } else if ((found = at("[data-theme-switch] button"))) {
    appear(found.value);
  } else if (event.target.matches?.("dialog[open]")) {
    event.target.close(); // the backdrop
  }
});

function appear(theme) {
  if (theme) document.documentElement.dataset.theme = theme;
  else delete document.documentElement.dataset.theme;
  document.cookie = `theme=${theme}; path=/; max-age=${theme ? 31536000 : 0}; samesite=lax`;
  for (const button of document.querySelectorAll("[data-theme-switch] button"))
    button.setAttribute("aria-pressed", String(button.value === theme));
}

// a form is sent once, however often its button is pressed
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.dataset.sent) event.preventDefault();
  else if (form.method === "post" && !form.matches("[hx-post], [data-scan], [data-passkey], [data-till]")) {
    form.dataset.sent = "yes";
    setTimeout(() => delete form.dataset.sent, 5000);
  }
  const question = event.submitter?.dataset.confirm;
  if (question && !window.confirm(question)) {
    event.preventDefault();
    delete form.dataset.sent;
  }
});
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});
document.addEventListener("change", (event) => {
  if (event.target.matches?.("[data-submits]")) event.target.form?.requestSubmit();
});
document.addEventListener("htmx:error", () => say(word(navigator.onLine ? "failed" : "noNetwork")));

// <button data-shares="address" hidden>: shown where the device passes addresses on to other apps
if (navigator.share) for (const button of document.querySelectorAll("[data-shares]")) button.hidden = false;

// times without a store are shown in the zone of this device
const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
if (zone && !document.cookie.includes(`zone=${zone}`)) document.cookie = `zone=${zone}; path=/; max-age=31536000; samesite=lax`;

// <button data-install hidden>: shown where the browser offers to put the app on the home screen
window.addEventListener("beforeinstallprompt", (event) => {
  const button = document.querySelector("[data-install]");
  if (!button) return;
  event.preventDefault();
  button.hidden = false;
  button.onclick = async () => {
    button.hidden = true;
    await event.prompt();
  };
});
