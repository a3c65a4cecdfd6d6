// Every request that htmx or we make carries the page's token.
export const token = () => document.querySelector('meta[name="csrf"]')?.content ?? "";

document.addEventListener("htmx:config:request", (event) => {
  const request = event.detail.ctx.request;
  if (new URL(request.action, location.href).origin === location.origin) request.headers["x-csrf-token"] = token();
});

export async function send(method, path, body) {
  const answer = await fetch(path, {
    method,
    credentials: "same-origin",
    headers: {
      accept: "application/json",
      "content-type": "application/json",
      "x-csrf-token": token(),
      "idempotency-key": crypto.randomUUID?.() ?? String(Math.random()).slice(2),
    },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const read = answer.status === 204 ? {} : await answer.json().catch(() => ({}));
  if (!answer.ok) throw Object.assign(new Error(read.detail || read.title || answer.statusText), { problem: read });
  return read;
}
