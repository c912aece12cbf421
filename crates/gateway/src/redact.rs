//! Takes a vendor's key out of what the vendor sends back: some echo the request in their errors.

use axum::body::Bytes;
use axum::http::HeaderValue;
use base64::Engine as _;
use futures_util::{Stream, StreamExt as _, stream};
use memchr::memmem::Finder;

/// A shorter key is a word that answers may hold for reasons of their own.
const SHORTEST: usize = 8;
const INSTEAD: u8 = b'*';

/// The ways in which one key may stand in an answer.
#[derive(Clone, Debug, Default)]
pub struct Redactor {
    needles: Vec<Finder<'static>>,
}

impl Redactor {
    pub fn new(key: &HeaderValue) -> Self {
        let plain = key.as_bytes();
        if plain.len() < SHORTEST {
            return Self::default();
        }
        let mut forms = vec![plain.to_vec()];
        if let Ok(text) = key.to_str() {
            // As HTTP Basic and JSON may write it, and as an address does.
            let basic = base64::engine::general_purpose::STANDARD.encode(plain);
            for form in
                [basic, text.replace('/', "\\/"), text.replace('\\', "\\\\").replace('"', "\\\""), runs::value::percent::encode(text)]
            {
                if !forms.contains(&form.clone().into_bytes()) {
                    forms.push(form.into_bytes());
                }
            }
        }
        Self { needles: forms.iter().map(|form| Finder::new(form).into_owned()).collect() }
    }

    /// Takes out what another one does as well.
    pub fn and(&mut self, other: Self) {
        self.needles.extend(other.needles);
    }

    pub fn holds(&self, bytes: &[u8]) -> bool {
        self.needles.iter().any(|needle| needle.find(bytes).is_some())
    }

    /// The length stays, so that a length that was announced holds.
    pub fn redact(&self, bytes: &mut [u8]) {
        for needle in &self.needles {
            let found: Vec<usize> = needle.find_iter(bytes).collect();
            for at in found {
                bytes[at..at + needle.needle().len()].fill(INSTEAD);
            }
        }
    }

    /// How many bytes at the end may be the beginning of a key.
    fn open_end(&self, bytes: &[u8]) -> usize {
        let open = |needle: &Finder<'_>| {
            let longest = bytes.len().min(needle.needle().len() - 1);
            (1..=longest).rev().find(|length| needle.needle().starts_with(&bytes[bytes.len() - length..])).unwrap_or(0)
        };
        self.needles.iter().map(open).max().unwrap_or(0)
    }

    /// The same bytes without the key, wherever it is cut by the pieces that they come in.
    pub fn stream<E: Send + 'static>(
        self,
        pieces: impl Stream<Item = Result<Bytes, E>> + Send + Unpin + 'static,
    ) -> impl Stream<Item = Result<Bytes, E>> + Send + 'static {
        stream::unfold((pieces.fuse(), Vec::new(), self), |(mut pieces, mut held, redactor): (_, Vec<u8>, Self)| async move {
            loop {
                match pieces.next().await {
                    Some(Ok(piece)) if redactor.needles.is_empty() => return Some((Ok(piece), (pieces, held, redactor))),
                    Some(Ok(piece)) => {
                        held.extend_from_slice(&piece);
                        redactor.redact(&mut held);
                        let rest = held.split_off(held.len() - redactor.open_end(&held));
                        if !held.is_empty() {
                            return Some((Ok(held.into()), (pieces, rest, redactor)));
                        }
                        held = rest;
                    }
                    Some(Err(error)) => return Some((Err(error), (pieces, held, redactor))),
                    None if held.is_empty() => return None,
                    None => return Some((Ok(std::mem::take(&mut held).into()), (pieces, held, redactor))),
                }
            }
        })
        // Whoever compresses it looks once more behind the end.
        .fuse()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    const KEY: &str = "sk/live-0123\"456";

    fn redactor() -> Redactor {
        Redactor::new(&HeaderValue::from_static(KEY))
    }

    #[tokio::test]
    async fn a_key_is_found_however_it_is_written_and_cut() {
        let text = format!("a{KEY}b sk\\/live-0123\"456 {} sk/live-0123 {KEY}", runs::value::percent::encode(KEY));
        for size in 1..text.len() {
            let pieces: Vec<Result<Bytes, ()>> = text.as_bytes().chunks(size).map(|piece| Ok(Bytes::copy_from_slice(piece))).collect();
            let out: Vec<_> = redactor().stream(stream::iter(pieces)).collect().await;
            let out: Vec<u8> = out.into_iter().flat_map(|piece| piece.unwrap().to_vec()).collect();
            let out = String::from_utf8(out).unwrap();
            assert_eq!(out.len(), text.len(), "{size}");
            assert!(out.starts_with("a****************b") && out.contains(" sk/live-0123 *"), "{size}: {out}");
            assert_eq!(out.matches("live").count(), 1, "{size}: {out}");
        }
    }

    #[test]
    fn a_short_key_is_a_word() {
        let mut text = b"the sandbox".to_vec();
        Redactor::new(&HeaderValue::from_static("sandbox")).redact(&mut text);
        assert_eq!(text, b"the sandbox");
    }
}
