// <span data-until="2026-01-01T12:00:00Z">: counts down to a moment; then the page is asked for again, which says what is true now.
export function start(element) {
  const end = Date.parse(element.dataset.until);
  const two = (number) => String(number).padStart(2, "0");
  const tick = () => {
    if (!element.isConnected) return;
    const left = Math.max(0, Math.ceil((end - Date.now()) / 1000));
    const days = Math.floor(left / 86400);
    const hours = Math.floor((left % 86400) / 3600);
    const clock = `${two(Math.floor((left % 3600) / 60))}:${two(left % 60)}`;
    element.textContent = left >= 3600 ? `${days ? `${days} × 24 h + ` : ""}${hours}:${clock}` : clock;
    if (left > 0) setTimeout(tick, 250);
    else if (!element.dataset.still) setTimeout(() => location.reload(), 1500 + Math.random() * 1500);
  };
  if (end > Date.now()) tick();
  else element.textContent = "00:00";
}
