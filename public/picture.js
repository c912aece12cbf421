// Draws a picture that the browser can decode: the same few functions as public/pdf.js has for PDF documents. A photo is upright, as
// its camera says.
import { show } from "./show.js";

export async function open(bytes, type) {
  const address = URL.createObjectURL(new Blob([bytes], { type }));
  const picture = new Image();
  picture.src = address;
  try {
    await picture.decode();
  } catch (error) {
    URL.revokeObjectURL(address);
    throw error;
  }
  return {
    pages: 1,
    async draw(_number, canvas, ...room) {
      show(picture, picture.naturalWidth, picture.naturalHeight, canvas, ...room);
      return 0;
    },
    async text() {
      return "{}";
    },
    close() {
      URL.revokeObjectURL(address);
    },
  };
}
