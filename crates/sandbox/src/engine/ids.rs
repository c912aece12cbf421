//! Identifiers in each vendor's shape.

use crate::engine::model::Dialect;
use crate::engine::rng::SplitMix64;

const ALNUM: &[u8; 62] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

fn alnum(rng: &mut SplitMix64, length: usize) -> String {
    (0..length).map(|_| ALNUM[rng.below(62) as usize] as char).collect()
}

/// A UUID of version 4 from the given numbers.
pub fn uuid(rng: &mut SplitMix64) -> String {
    let bytes = (u128::from(rng.next_u64()) << 64) | u128::from(rng.next_u64());
    uuid::Builder::from_random_bytes(bytes.to_be_bytes()).into_uuid().to_string()
}

/// The id of a run: Retab and FlowStack `run_…`, TableFlow 16 characters, SuperAI a UUID.
pub fn run(dialect: Dialect, rng: &mut SplitMix64) -> String {
    match dialect {
        Dialect::Retab | Dialect::RetabReviews => format!("run_{}", alnum(rng, 21)),
        Dialect::FlowStack => format!("run_{}", alnum(rng, 12).to_lowercase()),
        Dialect::TableFlow => alnum(rng, 16),
        Dialect::SuperAi => uuid(rng),
    }
}

/// The id of a file: Retab `file_…`, TableFlow 16 characters, the others a UUID.
pub fn file(dialect: Dialect, rng: &mut SplitMix64) -> String {
    match dialect {
        Dialect::Retab | Dialect::RetabReviews => format!("file_{}", alnum(rng, 21)),
        Dialect::TableFlow => alnum(rng, 16),
        Dialect::FlowStack | Dialect::SuperAi => uuid(rng),
    }
}

/// A generator seeded by the operating system's randomness, for what is created while the sandbox runs.
pub fn fresh() -> SplitMix64 {
    let (high, low) = uuid::Uuid::new_v4().as_u64_pair();
    SplitMix64::of(&[high, low])
}

/// Marks UUIDs that [`step_uuid`] made.
const STEP_TAG: u128 = 0x5EED;
/// Marks UUIDs that [`review_uuid`] made.
const REVIEW_TAG: u128 = 0x0E51;

/// A UUID for one step of a run that can be turned back, for vendors that address steps by id alone (SuperAI).
#[must_use]
pub fn step_uuid(run_row: i64, ordinal: i64) -> String {
    tagged(STEP_TAG, run_row, ordinal)
}

/// Row of the run and ordinal of the step that [`step_uuid`] was given.
#[must_use]
pub fn parse_step_uuid(text: &str) -> Option<(i64, i64)> {
    parse_tagged(STEP_TAG, text)
}

/// The id of the computed review of a thin run.
pub(crate) fn review_uuid(run_row: i64) -> String {
    tagged(REVIEW_TAG, run_row, 0)
}

pub(crate) fn parse_review_uuid(text: &str) -> Option<i64> {
    parse_tagged(REVIEW_TAG, text).map(|(row, _)| row)
}

/// Version 8 and variant 2 (RFC 9562) at their places: the row in the first 48 bits, the ordinal in the last 32.
fn tagged(tag: u128, row: i64, ordinal: i64) -> String {
    let row = u128::from(row.unsigned_abs() & 0xFFFF_FFFF_FFFF);
    let ordinal = u128::from(ordinal.unsigned_abs() & 0xFFFF_FFFF);
    uuid::Uuid::from_u128((row << 80) | (0x8 << 76) | (0x2 << 62) | (tag << 32) | ordinal).to_string()
}

fn parse_tagged(tag: u128, text: &str) -> Option<(i64, i64)> {
    let bits = uuid::Uuid::parse_str(text).ok()?.as_u128();
    let fixed = (0x8_u128 << 76) | (0x2 << 62) | (tag << 32);
    let mask = (0xFFFF_u128 << 64) | (0xFFFF_FFFF_u128 << 32);
    if bits & mask != fixed & mask {
        return None;
    }
    Some((i64::try_from(bits >> 80).ok()?, i64::try_from(bits & 0xFFFF_FFFF).ok()?))
}

#[cfg(test)]
mod tests {
    use super::{parse_step_uuid, step_uuid};

    #[test]
    fn a_step_id_turns_back() {
        for (run, ordinal) in [(1, 0), (40_961, 999), (5_000_000, 49_999)] {
            assert_eq!(parse_step_uuid(&step_uuid(run, ordinal)), Some((run, ordinal)));
        }
        assert_eq!(parse_step_uuid("3f0c9f0e-1b5d-4f0e-9b7a-0c2d1e4f5a6b"), None);
        assert_eq!(parse_step_uuid("not a uuid"), None);
    }
}
