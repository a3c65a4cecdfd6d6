// The socket of a page: says hello with what it has, catches up, comes back by itself. Where sockets don't pass, `lost` is told after three tries.
export function line({ after, frame, state }) {
  let socket;
  let tries = 0;
  let opened = false;
  let answered = true;
  let again;

  function connect() {
    clearTimeout(again);
    socket = new WebSocket(`${location.origin.replace(/^http/, "ws")}/chats/socket`);
    socket.onopen = () => {
      opened = answered = true;
      hello();
    };
    socket.onmessage = (event) => {
      const said = JSON.parse(event.data);
      if (said.type === "pong") answered = true;
      else if (said.type === "catch_up") setTimeout(hello, Math.random() * 1000);
      else {
        if (said.type === "ready") {
          tries = 0;
          state("open");
        }
        frame(said);
      }
    };
    socket.onclose = (event) => {
      if (event.code === 4401) return location.reload(); // signed out
      tries += 1;
      state(!opened && tries >= 3 ? "lost" : "closed");
      again = setTimeout(connect, Math.min(30_000, 400 * 2 ** Math.min(tries, 7)) * (0.5 + Math.random()));
    };
  }

  const open = () => socket?.readyState === WebSocket.OPEN;
  function send(said) {
    if (open()) socket.send(JSON.stringify(said));
    return open();
  }
  const hello = () => send({ type: "hello", after: after() });

  setInterval(() => {
    if (!open()) return;
    if (!answered) return socket.close();
    answered = false;
    send({ type: "ping" });
  }, 20_000);
  // a phone that wakes up, or finds a network again, does not wait for its turn
  const now = () => {
    if (!open() && socket?.readyState !== WebSocket.CONNECTING) connect();
  };
  window.addEventListener("online", now);
  document.addEventListener("visibilitychange", () => document.hidden || now());
  window.addEventListener("pagehide", () => {
    clearTimeout(again);
    socket.onclose = null;
    socket.close();
  });
  window.addEventListener("pageshow", (event) => event.persisted && connect());
  connect();
  return { send };
}
