// A till by keyboard: a scanner types fast and ends with Enter, so the code field always has the focus back.
// [data-till] surrounds the page; [data-till-code] is the field; [data-key="F2"] on a button or link is its key.
export function start(till) {
  const field = () => document.querySelector("[data-till-code]");
  const back = () => {
    const code = field();
    if (!code || document.querySelector("dialog[open]")) return;
    code.focus({ preventScroll: true });
    code.select();
  };
  const busy = () => document.activeElement?.matches("input, select, textarea, [contenteditable]");

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !document.querySelector("dialog[open]")) {
      event.preventDefault();
      const clear = document.querySelector("[data-till-clear]");
      if (clear) clear.click();
      else if (field()) field().value = "";
      back();
      return;
    }
    const named = document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
    if (named && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      named.matches("input, select, textarea") ? named.focus() : named.click();
      return;
    }
    // a scanner types wherever the focus was left
    if (!busy() && event.key.length === 1 && !event.ctrlKey && !event.metaKey && !event.altKey) back();
  });

  document.addEventListener("htmx:after:swap", () => {
    const result = document.querySelector("[data-till-result]");
    if (result) sound(result.dataset.tillResult);
    const next = document.querySelector("[data-till-next]");
    if (next) next.focus();
    else back();
  });
  document.addEventListener("scan:found", () => setTimeout(back, 0));
  till.querySelector("[data-till-sound]")?.addEventListener("click", (event) => {
    const on = localStorage.getItem("till-sound") !== "on";
    localStorage.setItem("till-sound", on ? "on" : "off");
    event.currentTarget.setAttribute("aria-pressed", String(on));
  });
  till.querySelector("[data-till-sound]")?.setAttribute("aria-pressed", String(localStorage.getItem("till-sound") === "on"));
  const said = till.querySelector("[data-till-result]");
  if (said) sound(said.dataset.tillResult);
  if (till.querySelector("[data-till-next]")) till.querySelector("[data-till-next]").focus();
  else back();
}

let audio;
function sound(result) {
  if (localStorage.getItem("till-sound") !== "on" || !result) return;
  audio ??= new AudioContext();
  const tone = audio.createOscillator();
  const loud = audio.createGain();
  tone.frequency.value = result === "good" ? 1320 : 220;
  loud.gain.value = 0.08;
  tone.connect(loud).connect(audio.destination);
  tone.start();
  tone.stop(audio.currentTime + (result === "good" ? 0.12 : 0.4));
}
