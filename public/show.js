// Draws a picture into a canvas.

// Browsers refuse canvases beyond some millions of pixels.
const PIXELS = 16e6;
// Small ones are not blown up, unless to this.
const LEAST = 240;

/** In so much room, in CSS pixels, no height for any; enlarged and turned as told. */
export function show(picture, wide, high, canvas, width, height, factor, quarters) {
  const across = quarters % 2 === 1;
  const [w, h] = across ? [high, wide] : [wide, high];
  const fit = Math.min(width / w, height ? height / h : Infinity, Math.max(1, LEAST / w));
  const scale = fit * factor;
  const density = Math.min(globalThis.devicePixelRatio || 1, 2, Math.sqrt(PIXELS / (w * scale * h * scale)));
  canvas.width = Math.max(1, Math.round(w * scale * density));
  canvas.height = Math.max(1, Math.round(h * scale * density));
  canvas.style.setProperty("inline-size", `${w * scale}px`);
  canvas.style.setProperty("block-size", `${h * scale}px`);
  const pen = canvas.getContext("2d");
  pen.imageSmoothingQuality = "high";
  pen.translate(canvas.width / 2, canvas.height / 2);
  pen.rotate((quarters * Math.PI) / 2);
  const [dw, dh] = across ? [canvas.height, canvas.width] : [canvas.width, canvas.height];
  pen.drawImage(picture, -dw / 2, -dh / 2, dw, dh);
}
