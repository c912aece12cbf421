// Draws PDF documents by pdf.js. Fetched, with it, when the first document is opened; see src/platform/pdf.rs.
import * as pdfjs from "./pdf.mjs";

pdfjs.GlobalWorkerOptions.workerSrc = new URL("./worker.mjs", import.meta.url).href;

// What a document brings along may not run: no scripts, no XFA, no fonts by eval.
export async function open(bytes) {
  const document = await pdfjs.getDocument({ data: bytes, isEvalSupported: false, enableXfa: false, disableAutoFetch: true }).promise;
  let drawing;
  return {
    pages: document.numPages,
    // Draws a page as wide as told, in CSS pixels, and says what is written on it.
    async draw(number, canvas, width) {
      drawing?.cancel();
      const page = await document.getPage(number);
      const viewport = page.getViewport({ scale: width / page.getViewport({ scale: 1 }).width });
      const density = Math.min(globalThis.devicePixelRatio || 1, 2);
      canvas.width = Math.floor(viewport.width * density);
      canvas.height = Math.floor(viewport.height * density);
      canvas.style.setProperty("inline-size", `${viewport.width}px`);
      canvas.style.setProperty("block-size", `${viewport.height}px`);
      drawing = page.render({ canvas, viewport, transform: density === 1 ? undefined : [density, 0, 0, density, 0, 0] });
      await drawing.promise;
      const { items } = await page.getTextContent();
      return items.map((item) => item.str + (item.hasEOL ? "\n" : "")).join("");
    },
    close() {
      drawing?.cancel();
      document.loadingTask.destroy();
    },
  };
}
