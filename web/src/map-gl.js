// The parts of MapLibre that our map uses; loaded only where a page has one.
export { GeolocateControl, Map, Marker, NavigationControl, setWorkerUrl } from "maplibre-gl";
