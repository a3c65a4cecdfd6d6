// Builds shuke/static from web/src: styles, scripts with hashed names, icons, logo, service worker, manifest.json.
import { Resvg } from "@resvg/resvg-js";
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { build, transformSync } from "esbuild";

const web = import.meta.dirname;
const src = path.join(web, "src");
const out = path.resolve(web, "../shuke/static");
const styles = process.env.STYLES ?? path.join(src, "app.css");
const require = createRequire(import.meta.url);
const assets = {};
const fresh = new Set(["manifest.json", "sw.js"]);

mkdirSync(out, { recursive: true });

function put(name, content) {
  const hash = createHash("sha256").update(content).digest("hex").slice(0, 10);
  const { name: stem, ext } = path.parse(name);
  assets[name] = `${stem}.${hash}${ext}`;
  fresh.add(assets[name]);
  writeFileSync(path.join(out, assets[name]), content);
}

// styles
const css = path.join(out, "app.css");
const cli = path.join(path.dirname(require.resolve("@tailwindcss/cli/package.json")), "dist/index.mjs");
execFileSync(process.execPath, [cli, "-i", styles, "-o", css, "--minify"], { cwd: web, stdio: ["ignore", "ignore", "inherit"] });
put("app.css", readFileSync(css));
rmSync(css);

// the map's worker as its makers built it, and its styles: named in the script that loads them
put("map-worker.js", readFileSync(require.resolve("maplibre-gl/dist/maplibre-gl-worker.mjs"), "utf8").replace(/^\/\/# sourceMappingURL=.*$/m, ""));
const mapStyles = await build({
  absWorkingDir: web,
  entryPoints: ["src/map.css"],
  bundle: true,
  minify: true,
  write: false,
  loader: { ".svg": "dataurl" },
  logLevel: "error",
});
put("map.css", mapStyles.outputFiles[0].contents);

// scripts: one entry, the rest in parts that load when a page asks for them
const scripts = await build({
  absWorkingDir: web,
  entryPoints: ["src/app.js"],
  bundle: true,
  splitting: true,
  format: "esm",
  minify: true,
  target: ["es2022"],
  outdir: out,
  entryNames: "[name].[hash]",
  chunkNames: "[name].[hash]",
  metafile: true,
  legalComments: "eof",
  loader: { ".svg": "text" },
  define: {
    MAP_STYLES: JSON.stringify(`/static/${assets["map.css"]}`),
    MAP_WORKER: JSON.stringify(`/static/${assets["map-worker.js"]}`),
  },
});
put("early.js", transformSync(readFileSync(path.join(src, "early.js"), "utf8"), { minify: true }).code);
const parts = {};
for (const [file, made] of Object.entries(scripts.metafile.outputs)) {
  const name = path.basename(file);
  fresh.add(name);
  parts[name] = made;
  if (made.entryPoint) assets[path.basename(made.entryPoint)] = name;
}

// icons: only those named in icons.txt
const icons = readFileSync(path.join(web, "icons.txt"), "utf8").split("\n").map((line) => line.trim()).filter(Boolean);
const folder = path.join(path.dirname(require.resolve("lucide-static/package.json")), "icons");
const symbols = icons.map((name) => {
  const file = path.join(folder, `${name}.svg`);
  if (!existsSync(file)) throw new Error(`icons.txt: lucide has no icon "${name}"`);
  const body = readFileSync(file, "utf8").replace(/<!--.*?-->/gs, "").match(/<svg[^>]*>([\s\S]*)<\/svg>/)[1];
  return `<symbol id="${name}" viewBox="0 0 24 24">${body.replace(/\s+/g, " ").trim()}</symbol>`;
});
put("icons.svg", `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}</svg>`);

// logo and what an installed app needs
const logo = readFileSync(path.join(src, "logo.svg"), "utf8");
put("logo.svg", logo);
const picture = (svg, width) => new Resvg(svg, { fitTo: { mode: "width", value: width } }).render().asPng();
put("icon-192.png", picture(logo, 192));
put("icon-512.png", picture(logo, 512));
const inner = logo.replace(/<rect[^>]*>/, "").replace(/<svg[^>]*>|<\/svg>/g, "");
put(
  "icon-maskable-512.png",
  picture(
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64"><rect width="64" height="64" fill="#c8321b"/><g transform="translate(8 8) scale(.75)">${inner}</g></svg>`,
    512,
  ),
);

// the service worker keeps what wallet, card and voucher pages need
const offline = new Set();
const keep = (name) => {
  if (offline.has(name) || !parts[name]) return;
  offline.add(name);
  for (const { path: file, kind } of parts[name].imports) if (kind === "import-statement") keep(path.basename(file));
};
keep(assets["app.js"]);
keep(assets["card-code.js"]);
keep(assets["live.js"]);
const precache = [...offline, assets["early.js"], assets["app.css"], assets["icons.svg"], assets["logo.svg"]].map((name) => `/static/${name}`);
await build({
  absWorkingDir: web,
  entryPoints: ["src/sw.js"],
  bundle: true,
  minify: true,
  format: "iife",
  outfile: path.join(out, "sw.js"),
  define: {
    PRECACHE: JSON.stringify(precache),
    VERSION: JSON.stringify(createHash("sha256").update(precache.join()).digest("hex").slice(0, 10)),
  },
});

writeFileSync(path.join(out, "manifest.json"), JSON.stringify({ assets, icons }, null, 1));

// what earlier builds left, a day later: a page in somebody's hand may still ask for it
const day = 86_400_000;
for (const name of readdirSync(out)) {
  const file = path.join(out, name);
  if (!name.startsWith(".") && !fresh.has(name) && Date.now() - statSync(file).mtimeMs > day) rmSync(file, { recursive: true });
}
console.log(`built ${fresh.size} files into ${path.relative(path.dirname(web), out)}`);
