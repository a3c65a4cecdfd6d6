// Passkeys: <button data-passkey="register" | "sign-in" data-next="/wallet">; the JSON endpoints speak base64url.
import { send } from "./csrf.js";
import { say, word } from "./say.js";

const toBytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (letter) => letter.charCodeAt(0));
const toText = (bytes) =>
  btoa(String.fromCharCode(...new Uint8Array(bytes)))
    .replace(/\+/g, "-")
    .replace(/\//g, "_")
    .replace(/=+$/, "");
const ids = (list) => list?.map((one) => ({ ...one, id: toBytes(one.id) }));

async function register() {
  const { id, options } = await begin("/api/v1/passkeys/registration-options");
  const made = await navigator.credentials.create({
    publicKey: {
      ...options,
      challenge: toBytes(options.challenge),
      user: { ...options.user, id: toBytes(options.user.id) },
      excludeCredentials: ids(options.excludeCredentials),
    },
  });
  await send("POST", "/api/v1/passkeys", {
    id,
    credential: {
      ...outer(made),
      response: {
        clientDataJSON: toText(made.response.clientDataJSON),
        attestationObject: toText(made.response.attestationObject),
        transports: made.response.getTransports?.() ?? [],
      },
    },
  });
}

async function signIn() {
  const { id, options } = await begin("/api/v1/passkeys/sign-in-options");
  const made = await navigator.credentials.get({
    publicKey: { ...options, challenge: toBytes(options.challenge), allowCredentials: ids(options.allowCredentials) },
  });
  await send("POST", "/api/v1/passkeys/sessions", {
    id,
    credential: {
      ...outer(made),
      response: {
        clientDataJSON: toText(made.response.clientDataJSON),
        authenticatorData: toText(made.response.authenticatorData),
        signature: toText(made.response.signature),
        userHandle: made.response.userHandle ? toText(made.response.userHandle) : null,
      },
    },
  });
}

// options come bare, or beside the id of their challenge
async function begin(path) {
  const read = await send("POST", path, {});
  const options = read.options ?? read.publicKey ?? read;
  return { id: read.id, options };
}

const outer = (made) => ({
  id: made.id,
  rawId: toText(made.rawId),
  type: made.type,
  authenticatorAttachment: made.authenticatorAttachment ?? null,
  clientExtensionResults: made.getClientExtensionResults(),
});

export function start(button) {
  const numeric = /^[\d.]+$|:/.test(location.hostname); // a passkey belongs to a name, never to an address in numbers
  if (!window.PublicKeyCredential || numeric) {
    (button.closest("[data-passkey-place]") ?? button).hidden = true;
    return;
  }
  button.addEventListener("click", async () => {
    button.disabled = true;
    try {
      await (button.dataset.passkey === "register" ? register() : signIn());
      location.assign(button.dataset.next ?? location.href);
    } catch (error) {
      if (error.name !== "NotAllowedError") say(error.problem ? error.message : word("failed")); // NotAllowed: the person closed it
    } finally {
      button.disabled = false;
    }
  });
}
