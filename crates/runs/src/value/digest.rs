//! Digests that tell whether a text or a document changed.

use super::decimal::Decimal;
use super::json::Json;

// FNV-1a, 128 bits: this tells a change apart, it guards against nobody, and a cryptographic hash would cost download.
const FNV_BASIS: u128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d;
const FNV_PRIME: u128 = 0x0100_0000_0000_0000_0000_013b;

/// Of a text.
pub(crate) fn digest(text: &str) -> String {
    let mut hash = FNV_BASIS;
    feed(&mut hash, text.as_bytes());
    format!("{hash:032x}")
}

/// Of several stretches of bytes in turn.
pub(crate) fn digest_bytes(parts: &[&[u8]]) -> String {
    let mut hash = FNV_BASIS;
    parts.iter().for_each(|part| feed(&mut hash, part));
    format!("{hash:032x}")
}

/// Of a document and its schema.
pub(crate) fn digest_of([data, schema]: [&Json; 2]) -> String {
    let mut hash = FNV_BASIS;
    digest_into(&mut hash, data);
    feed(&mut hash, b"|");
    digest_into(&mut hash, schema);
    format!("{hash:032x}")
}

fn feed(hash: &mut u128, bytes: &[u8]) {
    for byte in bytes {
        *hash = (*hash ^ u128::from(*byte)).wrapping_mul(FNV_PRIME);
    }
}

/// Keys in sorted order and numbers by value, so that a server's key order or `1.50` for `1.5` is no change.
fn digest_into(hash: &mut u128, value: &Json) {
    match value {
        Json::Object(map) => {
            let entries: Vec<_> = map.iter().collect();
            feed(hash, b"{");
            for at in super::order::places(entries.len(), &|left, right| entries[left].0.cmp(entries[right].0)) {
                let (key, value) = entries[at];
                feed(hash, key.as_bytes());
                feed(hash, b"\0:");
                digest_into(hash, value);
            }
            feed(hash, b"}");
        }
        Json::Array(items) => {
            feed(hash, b"[");
            for item in items {
                digest_into(hash, item);
                feed(hash, b",");
            }
            feed(hash, b"]");
        }
        Json::Number(number) => {
            let text = number.as_str();
            match Decimal::read(text) {
                Some(decimal) => {
                    feed(hash, if decimal.negative { b"#-" } else { b"#+" });
                    feed(hash, decimal.digits.as_bytes());
                    feed(hash, &decimal.exponent.to_le_bytes());
                }
                None => feed(hash, text.as_bytes()),
            }
        }
        Json::String(text) => {
            feed(hash, b"\"");
            feed(hash, text.as_bytes());
            feed(hash, b"\0\"");
        }
        other => feed(hash, other.to_string().as_bytes()),
    }
}
