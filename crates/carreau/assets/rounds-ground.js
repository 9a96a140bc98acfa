// What the map of the rounds stands on: its library, the ground that we bring, and how both look.

const LIBRARY = "/assets/maplibre-gl-csp.js";
const WORKER = "/assets/maplibre-gl-csp-worker.js";
const GROUND = "/assets/ground.json";

let library, ground;

/// The map's library, once for all maps of a page.
export function load() {
	library ??= new Promise((resolve, reject) => {
		const script = document.createElement("script");
		script.src = LIBRARY;
		script.onload = () => {
			globalThis.maplibregl.setWorkerUrl(WORKER);
			resolve(globalThis.maplibregl);
		};
		script.onerror = () => reject(new Error(LIBRARY));
		document.head.append(script);
	});
	return library;
}

/// Departments as GeoJSON, communes by name and place; the file holds each border once (TopoJSON).
export async function grounds() {
	ground ??= fetch(GROUND).then((answer) => answer.json());
	const { arcs, objects, transform } = await ground;
	const [sx, sy] = transform.scale, [tx, ty] = transform.translate;
	const lines = arcs.map((arc) => {
		let x = 0, y = 0;
		return arc.map(([dx, dy]) => [(x += dx) * sx + tx, (y += dy) * sy + ty]);
	});
	const line = (at) => (at < 0 ? [...lines[~at]].reverse() : lines[at]);
	const ring = (all) => all.flatMap((at, n) => line(at).slice(n ? 1 : 0));
	const features = objects.departments.geometries.map(({ id, arcs }) => ({
		type: "Feature",
		properties: { id },
		geometry: { type: "MultiPolygon", coordinates: arcs.map((part) => part.map(ring)) },
	}));
	const communes = objects.communes.geometries.map(({ coordinates: [x, y], properties }) => (
		{ name: properties.name, at: [x * sx + tx, y * sy + ty] }
	));
	return { outlines: { type: "FeatureCollection", features }, communes };
}

/// The map's layers in the page's own colours: ground, the hub's tiles where it has set some, ways.
export function style(figure, { dock, ways }, outlines) {
	const colours = getComputedStyle(figure);
	const colour = (name) => colours.getPropertyValue(name).trim();
	const { tiles, credit } = figure.dataset;
	const features = ways.filter((way) => way.stops.length).map((way) => ({
		type: "Feature",
		properties: { colour: way.colour },
		geometry: { type: "LineString", coordinates: [dock, ...way.stops.map((stop) => stop.at), dock] },
	}));
	const line = { "line-join": "round", "line-cap": "round" };
	return {
		version: 8,
		sources: {
			ground: { type: "geojson", data: outlines },
			ways: { type: "geojson", data: { type: "FeatureCollection", features } },
			...(tiles && { tiles: { type: "raster", tiles: [tiles], tileSize: 256, maxzoom: 19, attribution: credit } }),
		},
		layers: [
			{ id: "sea", type: "background", paint: { "background-color": colour("--shade") } },
			{ id: "land", type: "fill", source: "ground", paint: { "fill-color": colour("--sheet") } },
			{ id: "borders", type: "line", source: "ground", layout: line, paint: { "line-color": colour("--edge"), "line-width": 1 } },
			...(tiles ? [{ id: "tiles", type: "raster", source: "tiles", paint: { "raster-fade-duration": 0 } }] : []),
			{ id: "around", type: "line", source: "ways", layout: line, paint: { "line-color": colour("--sheet"), "line-width": 7 } },
			{ id: "ways", type: "line", source: "ways", layout: line, paint: { "line-color": ["get", "colour"], "line-width": 4 } },
		],
	};
}
