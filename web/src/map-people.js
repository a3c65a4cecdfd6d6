// People on the map: one's own dot, and those who share where they are.
export function ownDot(gl, map, dot, position) {
  if (!position) {
    dot?.remove();
    return null;
  }
  const at = [position.longitude, position.latitude];
  if (dot) return dot.setLngLat(at);
  const element = Object.assign(document.createElement("div"), { className: "map-own" });
  return new gl.Marker({ element }).setLngLat(at).addTo(map);
}

// people: [{id, name, photo, longitude, latitude}]; those who are no longer in the list go
export function drawPeople(gl, map, dots, people) {
  const here = new Set(people.map(({ id }) => String(id)));
  for (const [id, dot] of dots) {
    if (here.has(id)) continue;
    dot.remove();
    dots.delete(id);
  }
  for (const person of people) {
    const id = String(person.id);
    const at = [person.longitude, person.latitude];
    if (dots.has(id)) dots.get(id).setLngLat(at);
    else dots.set(id, new gl.Marker({ element: face(person), anchor: "bottom" }).setLngLat(at).addTo(map));
  }
}

function face({ name, photo }) {
  const element = Object.assign(document.createElement("div"), { className: "map-face", title: name });
  element.setAttribute("role", "img");
  element.setAttribute("aria-label", name);
  if (photo) element.append(Object.assign(document.createElement("img"), { src: photo, alt: "" }));
  else element.textContent = [...name][0] ?? "";
  return element;
}
