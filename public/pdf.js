// Draws PDF documents by pdf.js, and says what is written where. Fetched, with it, when the first document is opened; see
// src/platform/document.rs.
import * as pdfjs from "./pdf.mjs";

const beside = (name) => new URL(name, import.meta.url).href;

// A page is so many units wide: crates/runs/src/model/source.rs.
const WIDTH = 100000;
// Browsers refuse canvases beyond some millions of pixels.
const PIXELS = 16e6;
// What pdf.js warns of when it leaves something out of a drawing.
const LEFT_OUT = /Unable to decode|getOperatorList - ignoring|translateFont failed|ignoring pattern|ignoring shading|rest of the image data/;

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

// Whether a canvas has one colour only.
function isBlank(canvas) {
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  const pixels = new Uint32Array(data.buffer);
  return pixels.every((pixel) => pixel === pixels[0]);
}

// What a drawing needed, by its id: pictures and fonts, as far as they came.
function needed(page, task) {
  const { fnArray = [], argsArray = [] } = task._internalRenderTask?.operatorList ?? {};
  const ids = new Set(argsArray.flatMap((given, at) => (fnArray[at] === pdfjs.OPS.dependency ? given : [])));
  const store = (id) => (id.startsWith("g_") ? page.commonObjs : page.objs);
  return new Map([...ids].filter((id) => store(id).has(id)).map((id) => [id, store(id).get(id)]));
}

// Whether it did without one that could not be read: pdf.js then knows it by nothing, or by an error.
const lacks = (all) => [...all].some(([id, found]) => found === null || (/_f\d+$/.test(id) && typeof found === "string"));

// What a letter looks like in a font of this computer, as its pixels.
const board = Object.assign(document.createElement("canvas"), { width: 24, height: 24 }).getContext("2d", { willReadFrequently: true });
function looks(letter, family) {
  board.clearRect(0, 0, 24, 24);
  board.font = `20px ${family}`;
  board.fillText(letter, 2, 20);
  return board.getImageData(0, 0, 24, 24).data.join();
}

// Whether some of the page's letters are in no font of this computer, where the document does not bring one along: they look like a code
// that nothing is assigned to. A browser that writes each letter's own code into its box is not found out.
async function unseen(page, all) {
  const foreign = new Map([...all].filter(([, font]) => font?.missingFile));
  if (!foreign.size || !board) return false;
  const { items, styles } = await page.getTextContent();
  const letters = new Map();
  for (const { str, fontName } of items) {
    if (!foreign.has(fontName)) continue;
    const family = foreign.get(fontName).systemFontInfo?.css || styles[fontName]?.fontFamily || "sans-serif";
    // Latin, Greek and Cyrillic letters are everywhere.
    for (const [letter] of str.matchAll(/[^\P{L}\u0000-\u052f]/gu)) letters.set(letter, family);
  }
  const box = new Map([...letters.values()].map((family) => [family, looks("\u{10fffd}", family)]));
  return [...letters].slice(0, 100).some(([letter, family]) => looks(letter, family) === box.get(family));
}

// What a document brings along may not run: no scripts, no XFA, no fonts by eval. Decoders, character maps and fonts are our own.
export async function open(bytes) {
  const port = globalThis.sluiceWorker(beside("listen.mjs"));
  const worker = new pdfjs.PDFWorker({ port });
  const task = pdfjs.getDocument({
    data: bytes,
    worker,
    isEvalSupported: false,
    enableXfa: false,
    disableAutoFetch: true,
    // The names of fonts.
    fontExtraProperties: true,
    cMapUrl: beside("cmaps/"),
    cMapPacked: true,
    standardFontDataUrl: beside("standard_fonts/"),
    wasmUrl: beside("wasm/"),
    iccUrl: beside("iccs/"),
  });
  const close = () => {
    drawing?.cancel();
    task.destroy().finally(() => {
      worker.destroy();
      port.terminate();
    });
  };
  let drawing;
  const document = await task.promise.catch((error) => {
    close();
    throw error;
  });
  // Pages that are drawn without something.
  const lacking = new Set();
  let drawn = 0;
  port.addEventListener("message", ({ data }) => {
    if (data?.warned && LEFT_OUT.test(data.warned)) lacking.add(drawn);
  });
  // Fonts of signs that are no letters, though they have letters' codes.
  const signs = new Map();
  async function isOfSigns(page, font) {
    if (!signs.has(font)) {
      if (!page.commonObjs.has(font)) await page.getOperatorList();
      const name = page.commonObjs.has(font) ? page.commonObjs.get(font)?.name : "";
      signs.set(font, /dingbat|wingding|webding/i.test(name ?? ""));
    }
    return signs.get(font);
  }
  return {
    pages: document.numPages,
    // Draws a page into so much room, in CSS pixels, no height for any; enlarged and turned as told. Says 1 where something is missing,
    // 2 where all is of one colour, 4 where letters are in no font, or their sum.
    async draw(number, canvas, width, height, factor, quarters) {
      drawing?.cancel();
      const page = await document.getPage(number);
      const rotation = (page.rotate + 90 * quarters) % 360;
      const own = page.getViewport({ scale: 1, rotation });
      const scale = Math.min(width / own.width, height ? height / own.height : Infinity) * factor;
      const viewport = page.getViewport({ scale, rotation });
      const density = Math.min(globalThis.devicePixelRatio || 1, 2, Math.sqrt(PIXELS / (viewport.width * viewport.height)));
      canvas.width = Math.max(1, Math.floor(viewport.width * density));
      canvas.height = Math.max(1, Math.floor(viewport.height * density));
      canvas.style.setProperty("inline-size", `${viewport.width}px`);
      canvas.style.setProperty("block-size", `${viewport.height}px`);
      drawn = number;
      const task = (drawing = page.render({ canvas, viewport, transform: density === 1 ? undefined : [density, 0, 0, density, 0, 0] }));
      await task.promise;
      const all = needed(page, task);
      if (lacks(all)) lacking.add(number);
      return (lacking.has(number) ? 1 : 0) + (isBlank(canvas) ? 2 : 0) + ((await unseen(page, all)) ? 4 : 0);
    },
    // What is written on a page: stretches with where they begin, how far they go and how high they are.
    async text(number) {
      const page = await document.getPage(number);
      const viewport = page.getViewport({ scale: 1 });
      const { items, styles } = await page.getTextContent();
      const unit = WIDTH / viewport.width;
      const [a, b, c, d, e, f] = viewport.transform;
      const vector = (x, y) => [Math.round((a * x + c * y) * unit), Math.round((b * x + d * y) * unit)];
      // Signs stand alone: a font that a word is written in is none of them.
      const words = new Set(items.filter((item) => /\p{L}{3}/u.test(item.str)).map((item) => item.fontName));
      for (const item of items) {
        if (!words.has(item.fontName) && /[\p{L}\d]/u.test(item.str) && (await isOfSigns(page, item.fontName))) item.str = item.str.replace(/\S/gu, "\u25a1");
      }
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
    close,
  };
}
