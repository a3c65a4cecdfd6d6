// A till by keyboard: a scanner types fast and ends with Enter, so the code field always has the focus back.
// [data-till] surrounds the page; [data-till-code] is the field; [data-key="F2"] on a button or link is its key.
const touch = matchMedia("(hover: none) and (pointer: coarse)");
const field = () => document.querySelector("[data-till-code]");

// on a phone the field is focused without its keyboard, which would hide the answer; a tap brings it
function back() {
  const code = field();
  if (!code || document.querySelector("dialog[open]")) return;
  if (touch.matches) code.inputMode = "none";
  code.focus({ preventScroll: true });
  code.select();
}
document.addEventListener("pointerdown", (event) => {
  const code = event.target.closest?.("[data-till-code]");
  if (!code || code.inputMode !== "none") return;
  code.blur();
  code.inputMode = "text";
});

export function start(till) {
  const busy = () => document.activeElement?.matches("input, select, textarea, [contenteditable]");

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !document.querySelector("dialog[open]")) {
      event.preventDefault();
      const clear = document.querySelector("[data-till-clear]");
      if (field()) field().value = "";
      if (clear) clear.click();
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
    if (!busy() && event.key.length === 1 && event.key !== " " && !event.ctrlKey && !event.metaKey && !event.altKey) back();
  });

  // what the camera reads is looked up like anything typed
  document.addEventListener(
    "submit",
    (event) => {
      const code = field();
      if (!event.target.matches?.("[data-scan]") || !code?.form) return;
      event.preventDefault();
      event.stopPropagation();
      code.value = event.target.elements.code.value;
      code.form.requestSubmit();
    },
    true,
  );

  // the next guest's code, scanned while the amount still had the focus
  document.addEventListener(
    "submit",
    (event) => {
      const amount = event.target.querySelector?.("[data-till-amount]");
      if (!amount || /^[0-9０-９.,．，\s]{0,15}$/.test(amount.value) || !field()) return;
      event.preventDefault();
      event.stopPropagation();
      field().value = amount.value;
      field().form.requestSubmit();
    },
    true,
  );

  document.addEventListener("htmx:after:swap", settle);
  const pressed = () => localStorage.getItem("till-sound") !== "off";
  const switched = till.querySelector("[data-till-sound]");
  switched?.addEventListener("click", () => {
    localStorage.setItem("till-sound", pressed() ? "off" : "on");
    switched.setAttribute("aria-pressed", String(pressed()));
    if (pressed()) sound("good");
    back();
  });
  switched?.setAttribute("aria-pressed", String(pressed()));
  back();
  settle();
}

// a new answer: its sound once, then the focus where the next key belongs; other parts may change without a stir
function settle() {
  const result = document.querySelector("[data-till-result]:not([data-heard])");
  if (result) {
    result.dataset.heard = "yes";
    sound(result.dataset.tillResult);
  }
  const answer = document.querySelector("[data-till-answer]:not([data-seen])");
  if (!answer) return;
  answer.dataset.seen = "yes";
  const next = answer.querySelector("[data-till-next]");
  if (next && document.activeElement?.form !== next.form) next.focus({ preventScroll: true });
  else if (!next) back();
  if (!next && field() && answer.dataset.tillAnswer !== "nothing" && !answer.querySelector('[data-till-result="bad"]')) field().value = "";
  if (matchMedia("(max-width: 60rem)").matches && answer.dataset.tillAnswer !== "nothing") answer.scrollIntoView({ block: "nearest" });
}

let audio;
function sound(result) {
  if (localStorage.getItem("till-sound") === "off" || !result) return;
  audio ??= new AudioContext();
  const tone = audio.createOscillator();
  const loud = audio.createGain();
  tone.frequency.value = result === "good" ? 1320 : 220;
  loud.gain.value = 0.08;
  tone.connect(loud).connect(audio.destination);
  tone.start();
  tone.stop(audio.currentTime + (result === "good" ? 0.12 : 0.4));
}
