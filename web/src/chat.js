// <div data-chat data-conversation="..." data-last="12">: a conversation that is heard as it happens. What is written shows at once and is sent
// with a key of its own, later where there is no network; messages stand in the order of their numbers, each once.
import { line } from "./chat-line.js";
import { token } from "./csrf.js";

const fresh = () => crypto.randomUUID?.() ?? Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");

export function start(root) {
  const find = (name) => root.querySelector(`[data-chat-${name}]`);
  const here = root.dataset.conversation;
  const [form, text, photo, said, down] = ["form", "text", "photo", "state", "down"].map(find);
  const kept = `chat-out:${here}`;
  const list = () => find("list");
  let last = Number(root.dataset.last);
  let toRead = last;
  let way = "closed"; // open, closed, or lost: then by plain requests
  let waiting = []; // {key, text, photo, node, sent, kept}
  let typed = 0;
  let quiet;

  const bottom = () => window.innerHeight + window.scrollY > document.documentElement.scrollHeight - 160;
  const toBottom = () => {
    window.scrollTo({ top: document.documentElement.scrollHeight });
    if (down) down.hidden = true;
  };
  function keepPlace(change) {
    const follow = bottom();
    change();
    if (follow) toBottom();
    else if (down) down.hidden = false;
  }

  // messages in the order of their numbers; what is not sent yet stands last
  function put(node, number) {
    node.dataset.number = number;
    list().querySelector("li:not([data-number], [data-key], [data-chat-line])")?.remove(); // "nothing said yet"
    const later = [...list().querySelectorAll("[data-number]")].find((one) => Number(one.dataset.number) > number);
    list().insertBefore(node, later ?? list().querySelector("[data-waiting]"));
  }
  const numbered = (number) => list().querySelector(`[data-number="${number}"]`);
  const copy = (name) => find(name).content.firstElementChild.cloneNode(true);

  async function part(address) {
    const answer = await fetch(address, { credentials: "same-origin" }).catch(() => undefined);
    if (!answer?.ok || answer.redirected) return undefined;
    return new DOMParser().parseFromString(await answer.text(), "text/html").body.firstElementChild;
  }

  async function show(number) {
    const made = await part(`/chats/${here}/messages/${number}`);
    const old = numbered(number);
    if (made && old) keepPlace(() => old.replaceWith(document.adoptNode(made)));
  }

  function hear(message) {
    if (message.number <= last) return;
    last = message.number;
    const own = waiting.find((one) => one.key === message.key);
    waiting = waiting.filter((one) => one !== own);
    store();
    keepPlace(() => {
      if (document.hidden && !own && !find("line")) list().insertBefore(copy("newline"), list().querySelector("[data-waiting]"));
      const node = own?.node ?? (root.dataset.pair ? copy("other") : document.createElement("li"));
      const words = node.querySelector("p");
      if (words && !own) words.textContent = message.text;
      delete node.dataset.waiting;
      put(node, message.number);
    });
    // what is more than words comes as the server draws it
    show(message.number);
    seen();
  }

  // read up to here, once it is looked at
  function seen() {
    clearTimeout(quiet);
    quiet = setTimeout(() => {
      if (document.hidden || last <= toRead || !root.isConnected) return;
      if (connection.send({ type: "read", conversation_id: here, number: last })) toRead = last;
    }, 300);
  }
  document.addEventListener("visibilitychange", seen);

  let marks;
  const readMarks = () => {
    clearTimeout(marks);
    marks = setTimeout(async () => {
      const now = await part(`/chats/${here}/reads`);
      if (now) root.querySelector("#reads")?.replaceWith(document.adoptNode(now));
    }, 250);
  };

  function tell(name) {
    if (said) said.textContent = name ? root.dataset[`state${name}`] : "";
  }
  let typing;
  function frame(given) {
    if (given.type === "ready") {
      for (const one of waiting.filter((found) => found.kept)) one.node.remove(); // it stands there already
      waiting = waiting.filter((found) => !found.kept);
      for (const one of waiting) one.sent = false;
      flush();
      seen();
      readMarks();
    } else if (given.type === "refused" && given.key) refuse(given);
    else if (given.type === "sent") done(given.key);
    else if (given.conversation_id !== here) {
      if (given.type === "changed" && given.conversations.includes(here)) location.reload();
    } else if (given.type === "message") {
      tell("");
      hear(given);
      readMarks();
    } else if (given.type === "read") readMarks();
    else if (given.type === "gone") show(given.number);
    else if (given.type === "typing") {
      tell("Typing");
      clearTimeout(typing);
      typing = setTimeout(() => tell(""), 4000);
    }
  }

  function state(now) {
    if (way === now) return;
    way = now;
    tell(now === "open" || (now === "lost" && navigator.onLine) ? "" : navigator.onLine ? "Again" : "Later");
    root.dataset.chatWay = now;
    if (now !== "lost") return;
    // no socket passes here: the page is fetched again when something happens
    list().dataset.live = "chat";
    document.dispatchEvent(new CustomEvent("htmx:after:swap"));
    flush();
  }
  document.addEventListener("htmx:after:swap", () => {
    for (const one of waiting) if (!one.node.isConnected) list().append(one.node);
    const numbers = [...list().querySelectorAll("[data-number]")].map((one) => Number(one.dataset.number));
    if (way === "lost") last = Math.max(last, ...numbers);
  });
  window.addEventListener("offline", () => tell("Later"));

  // sending
  const store = () => sessionStorage.setItem(kept, JSON.stringify(waiting.filter((one) => !one.photo && !one.kept).map(({ key, text: words }) => ({ key, text: words }))));

  function wait(one) {
    one.node = copy("own");
    one.node.dataset.key = one.key;
    one.node.dataset.waiting = "yes";
    const words = one.node.querySelector("p");
    words.textContent = one.text;
    words.hidden = !one.text;
    if (one.photo) Object.assign(one.node.querySelector("img"), { src: URL.createObjectURL(one.photo), hidden: false });
    one.node.querySelector("[data-chat-again]").onclick = () => {
      one.sent = false;
      flush();
    };
    list().append(one.node);
    waiting.push(one);
    store();
    toBottom();
  }

  // kept by the server; it takes its place once it is heard
  function done(key) {
    const one = waiting.find((found) => found.key === key);
    if (!one) return;
    one.kept = true;
    one.node.querySelector("[data-chat-again]")?.remove();
    store();
  }

  function refuse(given) {
    const one = waiting.find((found) => found.key === given.key);
    if (!one) return;
    if (given.name === "unavailable") return setTimeout(() => ((one.sent = false), flush()), 2000);
    mark(one, given.detail || root.dataset.stateResend);
  }
  function mark(one, words) {
    const again = one.node.querySelector("[data-chat-again]");
    if (again) again.textContent = words;
  }

  async function upload(one) {
    const body = new FormData();
    body.append("photo", one.photo);
    const answer = await fetch("/api/v1/photos", { method: "POST", credentials: "same-origin", headers: { "x-csrf-token": token() }, body });
    const read = await answer.json().catch(() => ({}));
    if (!answer.ok) throw Object.assign(new Error(read.detail ?? ""), { refused: answer.status < 500 });
    one.photoId = read.photo_id;
  }

  async function byRequest(one) {
    const answer = await fetch(`/api/v1/conversations/${here}/messages`, {
      method: "POST",
      credentials: "same-origin",
      headers: { "content-type": "application/json", "x-csrf-token": token(), "idempotency-key": one.key },
      body: JSON.stringify({ text: one.text, photo_id: one.photoId ?? null }),
    });
    const read = await answer.json().catch(() => ({}));
    if (!answer.ok) throw Object.assign(new Error(read.detail ?? ""), { refused: answer.status < 500 });
    one.sent = true;
    done(one.key);
    await catchUp();
  }
  async function catchUp() {
    const answer = await fetch(`/api/v1/conversations/${here}/messages?after=${last}`, { credentials: "same-origin" }).catch(() => undefined);
    if (answer?.ok) for (const message of (await answer.json()).messages) hear(message);
  }

  let flushing = false;
  async function flush() {
    if (flushing) return;
    flushing = true;
    for (const one of [...waiting]) {
      if (one.sent) continue;
      try {
        if (one.photo && !one.photoId) await upload(one);
        if (way === "lost") await byRequest(one);
        else one.sent = connection.send({ type: "message", conversation_id: here, key: one.key, text: one.text, photo_id: one.photoId ?? null });
      } catch (problem) {
        if (problem.refused) one.sent = true;
        mark(one, problem.message && problem.refused ? problem.message : root.dataset.stateResend);
        if (!problem.refused) break;
      }
      if (!one.sent && way !== "lost") break; // in their order
    }
    flushing = false;
  }

  form?.addEventListener("submit", (event) => {
    event.preventDefault();
    delete form.dataset.sent;
    const words = text.value.trim();
    const picture = photo.files[0];
    if (!words && !picture) return;
    wait({ key: fresh(), text: words, photo: picture, sent: false });
    form.reset();
    grow();
    text.focus();
    flush();
  });
  photo?.addEventListener("change", () => photo.files[0] && form.requestSubmit());
  const grow = () => {
    text.style.height = "auto";
    text.style.height = `${Math.min(text.scrollHeight + 2, 128)}px`;
  };
  text?.addEventListener("input", () => {
    grow();
    if (Date.now() - typed < 3000 || !text.value) return;
    typed = Date.now();
    connection.send({ type: "typing", conversation_id: here });
  });
  text?.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || matchMedia("(pointer: coarse)").matches) return;
    event.preventDefault();
    form.requestSubmit();
  });
  down?.addEventListener("click", toBottom);
  window.addEventListener("scroll", () => down && bottom() && (down.hidden = true), { passive: true });

  const connection = line({ after: () => ({ [here]: last }), frame, state });
  for (const one of JSON.parse(sessionStorage.getItem(kept) ?? "[]")) wait(one);
  if (!location.hash || location.hash === "#end") toBottom();
}
