// Bundles the console: one script, one style sheet, one page, all of them files of the backend.
// The page is written last: its age tells `make install` whether the bundle is complete.
import { build } from "esbuild";
import { copyFileSync, mkdirSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { gzipSync } from "node:zlib";

const MOST_SCRIPT = 100 * 1024;
const out = new URL("../src/sightline_local/console/static/", import.meta.url).pathname;

rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });
await build({
  entryPoints: { console: "src/main.tsx", style: "src/style/all.css" },
  outdir: out,
  bundle: true,
  minify: true,
  format: "esm",
  target: "es2022",
  jsx: "automatic",
  jsxImportSource: "preact",
  legalComments: "eof",
  logLevel: "warning",
});
const size = readdirSync(out)
  .filter((name) => name.endsWith(".js"))
  .reduce((sum, name) => sum + gzipSync(readFileSync(out + name), { level: 9 }).length, 0);
if (size > MOST_SCRIPT) {
  console.error(`error: the scripts are ${size} bytes gzipped, above the budget of ${MOST_SCRIPT}`);
  process.exit(1);
}
copyFileSync("src/icon.svg", out + "icon.svg");
copyFileSync("src/index.html", out + "index.html");
