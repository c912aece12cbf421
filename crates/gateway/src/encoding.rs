//! Compressed answers: what a caller takes, and the bytes for it.

use std::io::{self, Write as _};

use axum::http::{HeaderMap, HeaderValue, header};

/// Smaller answers fit into one packet anyway.
pub const SMALLEST: u16 = 1_024;
/// Larger ones are compressed on a thread of their own.
const BRIEF: usize = 32 * 1024;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    Brotli,
    Zstd,
    Gzip,
}

impl Encoding {
    /// The one that makes the smallest text first.
    pub const ALL: [Self; 3] = [Self::Brotli, Self::Zstd, Self::Gzip];

    pub const fn word(self) -> &'static str {
        match self {
            Self::Brotli => "br",
            Self::Zstd => "zstd",
            Self::Gzip => "gzip",
        }
    }

    /// The best that a caller takes.
    pub fn taken(headers: &HeaderMap) -> Option<Self> {
        Self::ALL.into_iter().find(|encoding| encoding.is_taken(headers))
    }

    /// Whether a caller takes this one.
    pub fn is_taken(self, headers: &HeaderMap) -> bool {
        let named = |word: &str| {
            let values = headers.get_all(header::ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok());
            values.flat_map(|value| value.split(',')).find_map(|one| {
                let mut parts = one.split(';').map(str::trim);
                parts.next().filter(|found| found.eq_ignore_ascii_case(word))?;
                let quality = parts.find_map(|part| part.strip_prefix("q=").or_else(|| part.strip_prefix("Q=")));
                Some(quality.is_none_or(|quality| quality.parse::<f32>().is_ok_and(|quality| quality > 0.0)))
            })
        };
        named(self.word()).or_else(|| named("*")).unwrap_or(false)
    }

    pub const fn value(self) -> HeaderValue {
        HeaderValue::from_static(self.word())
    }

    /// The compressed bytes; quickly rather than as small as can be, since somebody waits.
    pub async fn compress(self, bytes: bytes::Bytes) -> io::Result<Vec<u8>> {
        if bytes.len() <= BRIEF {
            return self.compressed(&bytes);
        }
        tokio::task::spawn_blocking(move || self.compressed(&bytes)).await.map_err(io::Error::other)?
    }

    fn compressed(self, bytes: &[u8]) -> io::Result<Vec<u8>> {
        let out = Vec::with_capacity(bytes.len() / 4);
        match self {
            Self::Brotli => {
                let mut writer = brotli::CompressorWriter::new(out, 4_096, 4, 20);
                writer.write_all(bytes)?;
                Ok(writer.into_inner())
            }
            Self::Zstd => zstd::bulk::compress(bytes, 3),
            Self::Gzip => {
                let mut writer = flate2::write::GzEncoder::new(out, flate2::Compression::new(5));
                writer.write_all(bytes)?;
                writer.finish()
            }
        }
    }
}

/// Whether bytes of this type become smaller: text does, pictures and archives are compressed already.
pub fn is_text(kind: &HeaderValue) -> bool {
    let kind = kind.to_str().unwrap_or("").split(';').next().unwrap_or("").trim().to_ascii_lowercase();
    (kind.starts_with("text/") && kind != "text/event-stream") || kind.ends_with("json") || kind.ends_with("xml")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn the_best_encoding_that_a_caller_takes_is_chosen() {
        for (accept, expected) in [
            ("gzip, deflate, br, zstd", Some(Encoding::Brotli)),
            ("gzip, zstd;q=0.1", Some(Encoding::Zstd)),
            ("GZIP", Some(Encoding::Gzip)),
            ("br;q=0, gzip;q=0.5", Some(Encoding::Gzip)),
            ("br; q=0.0, *", Some(Encoding::Zstd)),
            ("*;q=0", None),
            ("identity", None),
            ("brx, ,;", None),
            ("", None),
        ] {
            let headers = HeaderMap::from_iter([(header::ACCEPT_ENCODING, accept.parse().unwrap())]);
            assert_eq!(Encoding::taken(&headers), expected, "{accept}");
        }
        assert_eq!(Encoding::taken(&HeaderMap::new()), None);
    }

    #[test]
    fn only_text_is_compressed() {
        for (kind, expected) in [
            ("application/json", true),
            ("application/problem+json; charset=utf-8", true),
            ("text/csv", true),
            ("text/event-stream", false),
            ("application/pdf", false),
            ("image/png", false),
            ("application/octet-stream", false),
        ] {
            assert_eq!(is_text(&HeaderValue::from_static(kind)), expected, "{kind}");
        }
    }
}
