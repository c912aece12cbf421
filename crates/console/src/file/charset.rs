//! Detects the encoding of a text.

/// What tells it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// A byte order mark.
    Mark,
    /// The answer that the text came with.
    Told,
    /// The bytes are possible in this encoding and in hardly another.
    Bytes,
    /// Nothing does: it is what old programs write.
    Usual,
    /// Somebody chose it.
    Chosen,
}

/// By the names of the Encoding Standard.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Encoding {
    pub label: String,
    pub why: Why,
}

/// What one may choose, beside what was found.
pub const CHOICES: [&str; 16] = [
    "utf-8",
    "windows-1252",
    "iso-8859-15",
    "macintosh",
    "windows-1250",
    "iso-8859-2",
    "windows-1251",
    "windows-1253",
    "windows-1254",
    "shift_jis",
    "euc-jp",
    "gb18030",
    "big5",
    "euc-kr",
    "utf-16le",
    "utf-16be",
];

/// By the byte order mark, then by the type that the answer was sent with, then UTF-8, else what Windows writes. `known` tells
/// whether a label is one that can be decoded; bytes that are no UTF-8 are none whoever says so.
pub fn of(bytes: &[u8], content_type: &str, known: &dyn Fn(&str) -> bool) -> Encoding {
    let of = |label: &str, why| Encoding { label: label.to_owned(), why };
    match bytes {
        [0xef, 0xbb, 0xbf, ..] => return of("utf-8", Why::Mark),
        [0xff, 0xfe, ..] => return of("utf-16le", Why::Mark),
        [0xfe, 0xff, ..] => return of("utf-16be", Why::Mark),
        _ => {}
    }
    let utf8 = std::str::from_utf8(bytes).is_ok();
    if let Some(label) = parameter(content_type)
        && known(&label)
        && (utf8 || !matches!(label.as_str(), "utf-8" | "utf8" | "us-ascii" | "ascii"))
    {
        return Encoding { label, why: Why::Told };
    }
    match wide(bytes) {
        Some(label) => of(label, Why::Bytes),
        None if utf8 => of("utf-8", Why::Bytes),
        None => of("windows-1252", Why::Usual),
    }
}

/// The charset that a content type names.
fn parameter(content_type: &str) -> Option<String> {
    content_type.split(';').skip(1).find_map(|part| {
        let (name, value) = part.split_once('=')?;
        let value = value.trim().trim_matches(['"', '\'']).to_ascii_lowercase();
        (name.trim().eq_ignore_ascii_case("charset") && !value.is_empty()).then_some(value)
    })
}

/// Two bytes a character without a mark: most of every second one is nought.
pub(crate) fn wide(bytes: &[u8]) -> Option<&'static str> {
    let start = &bytes[..bytes.len().min(4_096) & !1];
    let noughts = |at: usize| start.iter().skip(at).step_by(2).filter(|byte| **byte == 0).count();
    let (first, second, pairs) = (noughts(0), noughts(1), start.len() / 2);
    match (first, second) {
        _ if pairs < 2 => None,
        (0, second) if second * 2 > pairs => Some("utf-16le"),
        (first, 0) if first * 2 > pairs => Some("utf-16be"),
        _ => None,
    }
}
