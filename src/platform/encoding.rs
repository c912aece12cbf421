//! Text in whatever encoding, by the browser's decoder.

use console::file::charset;
use console::file::charset::Encoding;
use web_sys::TextDecoder;

/// How bytes are encoded, and what they say.
pub fn decoded(bytes: &[u8], content_type: &str, chosen: Option<Encoding>) -> (Encoding, String) {
    let known = |label: &str| TextDecoder::new_with_label(label).is_ok();
    let encoding = chosen.unwrap_or_else(|| charset::of(bytes, content_type, &known));
    let decode = |label: &str| TextDecoder::new_with_label(label).ok()?.decode_with_u8_array(bytes).ok();
    let text = decode(&encoding.label).unwrap_or_else(|| String::from_utf8_lossy(bytes).into_owned());
    (encoding, text)
}
