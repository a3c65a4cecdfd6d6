// data-position around two hidden fields: a button that asks the device where it is and fills them in. Nothing is sent before the form is;
// a form with data-position-sends is sent then.
export function start(element) {
  const ask = element.querySelector("[data-position-ask]");
  const says = element.querySelector("[data-position-says]");
  if (!ask || !navigator.geolocation) return;
  ask.hidden = false;
  ask.addEventListener("click", () => {
    says.textContent = says.dataset.asking;
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        element.querySelector("[name=longitude]").value = coords.longitude;
        element.querySelector("[name=latitude]").value = coords.latitude;
        says.textContent = says.dataset.known;
        ask.hidden = true;
        if ("positionSends" in element.dataset) element.requestSubmit();
      },
      () => {
        says.textContent = says.dataset.refused;
      },
      { enableHighAccuracy: true, timeout: 15000, maximumAge: 60000 },
    );
  });
}
