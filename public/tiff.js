// Draws TIFF pictures, as scanners and fax machines make them, page by page, by UTIF.
import UTIF from "utif2";
import { show } from "./show.js";

// Pixels that one page may have: each takes four bytes.
const MOST = 120e6;
// What a page has beside width and height is no page of its own: previews within photos.
const isPage = ({ t254 }) => !((t254?.[0] ?? 0) & 1);
// How a scanner was held.
const TURNS = { 1: [0, false], 2: [0, true], 3: [2, false], 4: [2, true], 5: [3, true], 6: [1, false], 7: [1, true], 8: [3, false] };

// Whether the bytes go on to where each strip or tile begins, or ends.
const reaches = ({ t273, t279, t324, t325 }, length, part) => {
  const [from, counts] = t324 ? [t324, t325] : [t273, t279];
  return !!from?.length && from.every((at, index) => at + part * (counts?.[index] ?? 0) < length + part);
};

export async function open(bytes) {
  const buffer = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
  const all = UTIF.decode(buffer);
  const pages = all.filter((page) => isPage(page) && page.t256 && page.t257);
  if (!pages.length) throw new Error("no page");
  const canvases = new Map();
  function decoded(number) {
    let upright = canvases.get(number);
    if (upright) return upright;
    const page = pages[number - 1];
    if (page.t256[0] * page.t257[0] > MOST) throw new Error(`${page.t256[0]} × ${page.t257[0]}`);
    if (!reaches(page, buffer.byteLength, 0)) throw new Error("cut off");
    UTIF.decodeImage(buffer, page, all);
    const { width, height } = page;
    const pixels = new Uint8ClampedArray(UTIF.toRGBA8(page).buffer, 0, width * height * 4);
    delete page.data;
    const flat = new OffscreenCanvas(width, height);
    flat.getContext("2d").putImageData(new ImageData(pixels, width, height), 0, 0);
    const [quarters, mirrored] = TURNS[page.t274?.[0]] ?? TURNS[1];
    upright = flat;
    if (quarters || mirrored) {
      const across = quarters % 2 === 1;
      upright = new OffscreenCanvas(across ? height : width, across ? width : height);
      const pen = upright.getContext("2d");
      pen.translate(upright.width / 2, upright.height / 2);
      pen.rotate((quarters * Math.PI) / 2);
      if (mirrored) pen.scale(-1, 1);
      pen.drawImage(flat, -width / 2, -height / 2);
    }
    // One page is kept: they are large.
    canvases.clear();
    canvases.set(number, upright);
    return upright;
  }
  decoded(1);
  return {
    pages: pages.length,
    async draw(number, canvas, ...room) {
      const page = decoded(number);
      show(page, page.width, page.height, canvas, ...room);
      // As a PDF page says that something is missing.
      return reaches(pages[number - 1], buffer.byteLength, 1) ? 0 : 1;
    },
    async text() {
      return "{}";
    },
    close() {
      canvases.clear();
    },
  };
}
