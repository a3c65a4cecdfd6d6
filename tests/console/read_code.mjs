// Reads a code from raw RGBA on standard input: node read_code.mjs WIDTH HEIGHT
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
const require = createRequire(new URL("../../web/package.json", import.meta.url));
const { default: decode } = await import(pathToFileURL(require.resolve("qr/decode.js")));
const parts = [];
for await (const part of process.stdin) parts.push(part);
const [width, height] = process.argv.slice(2).map(Number);
process.stdout.write(decode({ width, height, data: new Uint8ClampedArray(Buffer.concat(parts)) }));
