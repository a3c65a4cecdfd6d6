// Reading a code: camera, a picture, or typed; all three end in the same form's field "code".
import decodeQR from "qr/decode.js";
import { QRCanvas, frameLoop, rearCamera } from "qr/dom.js";

export async function start(form) {
  const view = form.querySelector("[data-scan-view]");
  const says = form.querySelector("[data-scan-says]");
  const video = form.querySelector("video");
  const field = form.elements.code;
  let camera;
  let cancel = () => {};

  const say = (name) => {
    says.textContent = says.dataset[name] ?? "";
  };
  const stop = () => {
    cancel();
    camera?.stop();
    camera = undefined;
    view.classList.remove("live");
  };
  const found = (text) => {
    stop();
    navigator.vibrate?.(60);
    field.value = text;
    form.dispatchEvent(new CustomEvent("scan:found", { bubbles: true, detail: { code: text } }));
    form.requestSubmit();
  };

  const chosen = form.querySelector("[data-scan-file]");
  const read = async () => {
    const file = chosen.files[0];
    chosen.value = "";
    if (!file) return;
    try {
      found(await readPicture(file));
    } catch {
      stop();
      say("unreadable");
    }
  };
  chosen?.addEventListener("change", read);
  if (chosen?.files.length) read(); // chosen before this script was there

  const open = async () => {
    if (!navigator.mediaDevices?.getUserMedia) return say(window.isSecureContext ? "none" : "insecure");
    say("starting");
    try {
      camera = await rearCamera(video);
    } catch (error) {
      return say(error.name === "NotAllowedError" ? "denied" : "none");
    }
    view.classList.add("live");
    const canvas = new QRCanvas();
    let reading = false;
    cancel = frameLoop(async () => {
      if (reading || !camera) return;
      reading = true;
      const text = await camera.readFrame(canvas, true).catch(() => undefined); // a frame without a code
      reading = false;
      if (text && camera) found(text);
    });
    offerTorch(form.querySelector("[data-scan-torch]"), video);
  };

  document.addEventListener("visibilitychange", () => {
    if (!form.isConnected) return;
    if (document.hidden) stop();
    else if (!camera) open();
  });
  window.addEventListener("pagehide", stop);
  await open();
}

async function readPicture(file) {
  const picture = await createImageBitmap(file);
  const scale = Math.min(1, 2000 / Math.max(picture.width, picture.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(picture.width * scale);
  canvas.height = Math.round(picture.height * scale);
  const ink = canvas.getContext("2d");
  ink.drawImage(picture, 0, 0, canvas.width, canvas.height);
  return decodeQR(ink.getImageData(0, 0, canvas.width, canvas.height), { effort: Infinity, timeLimit: 4000 });
}

function offerTorch(button, video) {
  const track = video.srcObject?.getVideoTracks?.()[0];
  if (!button || !track?.getCapabilities?.().torch) return;
  button.hidden = false;
  button.onclick = async () => {
    const on = button.getAttribute("aria-pressed") !== "true";
    await track.applyConstraints({ advanced: [{ torch: on }] }).catch(() => {});
    button.setAttribute("aria-pressed", String(on));
  };
}
