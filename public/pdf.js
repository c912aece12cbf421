// Draws PDF documents by pdf.js, and says what is written where. Fetched, with it, when the first document is opened; see
// src/platform/pdf.rs.
import * as pdfjs from "./pdf.mjs";

pdfjs.GlobalWorkerOptions.workerSrc = new URL("./worker.mjs", import.meta.url).href;

// A page is so many units wide: crates/runs/src/places/layer.rs.
const WIDTH = 100000;
// Browsers refuse canvases beyond some millions of pixels.
const PIXELS = 16e6;

const pen = document.createElement("canvas").getContext("2d");

// How wide the characters of a stretch are, as far as the browser's own font of that kind tells: where each ends, in thousandths.
const known = new Map();
function stops(text, family) {
  let widths = known.get(family);
  if (!widths) known.set(family, (widths = new Map()));
  let end = 0;
  const ends = [];
  for (const character of text) {
    let width = widths.get(character);
    if (width === undefined) {
      if (pen) pen.font = `100px ${family}`;
      width = pen?.measureText(character).width || 1;
      widths.set(character, width);
    }
    ends.push((end += width));
  }
  return ends.map((at) => Math.round((at * 1000) / end));
}

// What a document brings along may not run: no scripts, no XFA, no fonts by eval.
export async function open(bytes) {
  const document = await pdfjs.getDocument({ data: bytes, isEvalSupported: false, enableXfa: false, disableAutoFetch: true }).promise;
  let drawing;
  return {
    pages: document.numPages,
    // Draws a page as wide as told, in CSS pixels.
    async draw(number, canvas, width) {
      drawing?.cancel();
      const page = await document.getPage(number);
      const viewport = page.getViewport({ scale: width / page.getViewport({ scale: 1 }).width });
      const density = Math.min(globalThis.devicePixelRatio || 1, 2, Math.sqrt(PIXELS / (viewport.width * viewport.height)));
      canvas.width = Math.floor(viewport.width * density);
      canvas.height = Math.floor(viewport.height * density);
      canvas.style.setProperty("inline-size", `${viewport.width}px`);
      canvas.style.setProperty("block-size", `${viewport.height}px`);
      drawing = page.render({ canvas, viewport, transform: density === 1 ? undefined : [density, 0, 0, density, 0, 0] });
      await drawing.promise;
    },
    // What is written on a page: stretches with where they begin, how far they go and how high they are.
    async text(number) {
      const page = await document.getPage(number);
      const viewport = page.getViewport({ scale: 1 });
      const { items, styles } = await page.getTextContent();
      const unit = WIDTH / viewport.width;
      const [a, b, c, d, e, f] = viewport.transform;
      const vector = (x, y) => [Math.round((a * x + c * y) * unit), Math.round((b * x + d * y) * unit)];
      const found = items.map((item) => {
        const [ax, ay, ux, uy, x, y] = item.transform;
        const start = [Math.round((a * x + c * y + e) * unit), Math.round((b * x + d * y + f) * unit)];
        const along = Math.hypot(ax, ay) || 1;
        const up = Math.hypot(ux, uy) || 1;
        const style = styles[item.fontName];
        // Vertical writing goes down from its start, and is as wide as its letters are high.
        const way = style?.vertical ? [(-ux / up) * item.height, (-uy / up) * item.height] : [(ax / along) * item.width, (ay / along) * item.width];
        const high = style?.vertical ? [(-ax / along) * item.width, (-ay / along) * item.width] : [ux, uy];
        let [sx, sy] = start;
        let [wx, wy] = vector(...way);
        // Text from right to left comes in the order of reading, from where it is written to.
        if (item.dir === "rtl") [sx, sy, wx, wy] = [sx + wx, sy + wy, -wx, -wy];
        return [item.str, sx, sy, wx, wy, ...vector(...high), stops(item.str, style?.fontFamily || "sans-serif"), item.hasEOL];
      });
      return JSON.stringify({ height: Math.round(viewport.height * unit), items: found });
    },
    close() {
      drawing?.cancel();
      document.loadingTask.destroy();
    },
  };
}
