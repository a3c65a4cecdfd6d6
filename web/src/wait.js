// <button data-wait="30">: can be pressed after so many seconds, and says how many are left.
export function start(button) {
  const end = Date.now() + Number(button.dataset.wait) * 1000;
  const left = document.createElement("span");
  left.className = "num";
  button.append(left);
  const tick = () => {
    const seconds = Math.ceil((end - Date.now()) / 1000);
    button.disabled = seconds > 0;
    left.textContent = seconds > 0 ? `(${seconds})` : "";
    if (seconds > 0) setTimeout(tick, 250);
  };
  tick();
}
