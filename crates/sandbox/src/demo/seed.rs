//! The history a new sandbox starts with: the same on every machine, its times relative to the first start.
//!
//! Rows of the long history are thin: what a list shows is stored, the rest is computed from the row when it is asked
//! for. A run that is about to be changed is written down first, so it behaves like any other.

mod details;
mod fill;
mod history;
mod papers;
mod showcase;
mod texts;

pub(crate) use details::{detail, events, file, file_owner, input};
pub(crate) use fill::{Lengths, fill};
pub(crate) use showcase::terms_schema;

/// A number for each flow, for the generators.
fn hash(text: &str) -> u64 {
    // FNV-1a, 64 bits.
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}
