// The card's code: RFC 6238 (SHA-1, 30 seconds, 6 digits), drawn on the device, so it turns with no network too.
import encodeQR from "qr";

const STEP = 30;

export function fromBase32(text) {
  let bits = 0;
  let value = 0;
  const bytes = [];
  for (const letter of text.toUpperCase().replace(/[=\s]/g, "")) {
    const at = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(letter);
    if (at < 0) throw new Error("not base32");
    value = (value << 5) | at;
    bits += 5;
    if (bits >= 8) {
      bits -= 8;
      bytes.push((value >>> bits) & 255);
      value &= (1 << bits) - 1;
    }
  }
  return new Uint8Array(bytes);
}

export async function totp(secret, seconds) {
  const counter = new DataView(new ArrayBuffer(8));
  counter.setBigUint64(0, BigInt(Math.floor(seconds / STEP)));
  const digest = crypto.subtle ? await signed(secret, counter.buffer) : sha1Hmac(secret, new Uint8Array(counter.buffer));
  const at = digest[19] & 15;
  const number = ((digest[at] & 127) << 24) | (digest[at + 1] << 16) | (digest[at + 2] << 8) | digest[at + 3];
  return String(number % 1_000_000).padStart(6, "0");
}

async function signed(secret, message) {
  const key = await crypto.subtle.importKey("raw", secret, { name: "HMAC", hash: "SHA-1" }, false, ["sign"]);
  return new Uint8Array(await crypto.subtle.sign("HMAC", key, message));
}

// WebCrypto is missing on plain http in a local network; a card must still show its code there
function sha1Hmac(secret, message) {
  const pad = (with_) => Uint8Array.from({ length: 64 }, (_, at) => (secret[at] ?? 0) ^ with_);
  return sha1(join(pad(0x5c), sha1(join(pad(0x36), message))));
}
const join = (one, two) => Uint8Array.from([...one, ...two]);
const turn = (word, by) => (word << by) | (word >>> (32 - by));

function sha1(bytes) {
  const blocks = ((bytes.length + 8) >> 6) + 1;
  const view = new DataView(new ArrayBuffer(blocks * 64));
  bytes.forEach((byte, at) => view.setUint8(at, byte));
  view.setUint8(bytes.length, 128);
  view.setUint32(blocks * 64 - 4, bytes.length * 8);
  const h = [0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0];
  const w = new Int32Array(80);
  for (let block = 0; block < blocks; block++) {
    for (let t = 0; t < 80; t++)
      w[t] = t < 16 ? view.getInt32(block * 64 + t * 4) : turn(w[t - 3] ^ w[t - 8] ^ w[t - 14] ^ w[t - 16], 1);
    let [a, b, c, d, e] = h;
    for (let t = 0; t < 80; t++) {
      const [f, k] =
        t < 20
          ? [(b & c) | (~b & d), 0x5a827999]
          : t < 40
            ? [b ^ c ^ d, 0x6ed9eba1]
            : t < 60
              ? [(b & c) | (b & d) | (c & d), 0x8f1bbcdc]
              : [b ^ c ^ d, 0xca62c1d6];
      [a, b, c, d, e] = [(turn(a, 5) + f + e + k + w[t]) | 0, a, turn(b, 30), c, d];
    }
    [a, b, c, d, e].forEach((word, at) => (h[at] = (h[at] + word) | 0));
  }
  const out = new DataView(new ArrayBuffer(20));
  h.forEach((word, at) => out.setInt32(at * 4, word));
  return new Uint8Array(out.buffer);
}

const groups = (text, size) => text.match(new RegExp(`.{1,${size}}`, "g")).join(" ");

export async function start(element) {
  const { number, tag, secret } = element.dataset;
  const key = fromBase32(secret);
  const picture = element.querySelector("[data-code-picture]");
  const typed = element.querySelector("[data-code-typed]");
  const ring = element.querySelector(".countdown .left");
  let shown = -1;
  const tick = async () => {
    if (!element.isConnected) return clearInterval(timer);
    const now = Date.now() / 1000;
    ring?.setAttribute("stroke-dashoffset", String(Math.floor(now % STEP)));
    const step = Math.floor(now / STEP);
    if (step === shown) return;
    shown = step;
    const code = await totp(key, now);
    picture.innerHTML = encodeQR(`SK1-${tag}-${number}-${code}`, "svg", { border: 2, ecc: "medium" });
    const turning = document.createElement("b");
    turning.textContent = groups(code, 3);
    typed.replaceChildren(`${groups(number, 4)} `, turning);
    element.dataset.code = `SK1-${tag}-${number}-${code}`;
  };
  const timer = setInterval(tick, 1000);
  await tick();
}
