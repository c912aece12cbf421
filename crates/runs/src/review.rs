//! Reviews, decisions and what can come of them.

mod about;

pub use about::about;

use crate::error::{ApiError, ErrorKind};
use crate::json::Json;
use crate::model::Step;
use crate::status::Status;
use crate::time::Timestamp;

/// One waiting node of one run, with the data to look at.
#[derive(Clone, Debug, PartialEq)]
pub struct Review {
    /// Node, task or review id.
    pub id: String,
    pub run: String,
    pub flow: String,
    pub flow_name: Option<String>,
    /// The step's name.
    pub name: String,
    pub state: ReviewState,
    /// The run's status when it was read.
    pub run_status: Status,
    /// What the reviewer looks at and may correct. Several targets (SuperAI) are one list in their order.
    pub data: Json,
    /// A JSON Schema of `data`, where the vendor gives one.
    pub schema: Option<Json>,
    /// Why a person is asked, in the vendor's words.
    pub reason: Option<String>,
    pub instructions: Option<String>,
    pub since: Option<Timestamp>,
    /// What a decision is pinned to.
    pub pin: Pin,
    /// Parts of `data` (by their place in the list) that may be looked at but not changed.
    pub read_only: Vec<usize>,
    /// Steps before it, with their outputs: evidence.
    pub evidence: Vec<Step>,
    /// Every version of the data there is, oldest first, where the vendor keeps them.
    pub versions: Vec<Version>,
    /// Who has it started, where the vendor says.
    pub holder: Option<Holder>,
    /// What the adapter needs of it later, beside the decision (ids); opaque to views.
    pub carry: Json,
}

#[derive(Clone, Debug, PartialEq)]
pub enum ReviewState {
    Open,
    Decided(Decision),
    /// The run went on, ended or was rerun without a decision that can be read.
    Gone,
}

/// One version of a review's data; versions are never changed.
#[derive(Clone, Debug, PartialEq)]
pub struct Version {
    pub id: String,
    /// The version that it was made from.
    pub parent: Option<String>,
    pub author: Author,
    pub note: Option<String>,
    pub created_at: Option<Timestamp>,
    pub data: Json,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Author {
    pub kind: AuthorKind,
    /// As the vendor shows it; its id where it has no name.
    pub name: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AuthorKind {
    Person,
    Agent,
    Model,
    Unknown,
}

/// Somebody who has a review started, by the vendor's word. It keeps nobody else out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holder {
    /// The vendor's id of the person.
    pub id: String,
    /// The person's name or address, where the vendor tells it.
    pub name: Option<String>,
    pub since: Option<Timestamp>,
}

/// What was read, so that a decision on it can be refused once it changed: a digest of the data and its schema, the step's
/// attempt and its last change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pin {
    pub digest: String,
    pub attempt: Option<u32>,
    pub updated_at: Option<Timestamp>,
}

/// A recorded decision.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Decision {
    /// `None` if nobody recorded whether it was approved.
    pub approved: Option<bool>,
    /// The data it was approved with, if that was recorded.
    pub data: Option<Json>,
    /// Who, in the vendor's words; `None`: the vendor does not record it.
    pub by: Option<String>,
    pub at: Option<Timestamp>,
    /// When the engine took it up.
    pub applied_at: Option<Timestamp>,
    /// Why it was rejected, where the vendor keeps it.
    pub reason: Option<String>,
    /// Whether the run goes on with it, where the answer to the decision says so.
    pub resume: Option<Box<Resume>>,
}

/// What the vendor said about the run going on, right when the decision was recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resume {
    pub state: ResumeState,
    /// The vendor's word.
    pub raw: String,
    /// Why it does not go on, in the vendor's words.
    pub error: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ResumeState {
    Resumed,
    /// Not yet; the vendor takes it up by itself.
    Pending,
    /// It stands in line; its place, from one, where the vendor says.
    Queued(Option<u64>),
    /// Recorded, but the run could not go on.
    Failed,
    /// Recorded, and there was nothing to go on with.
    Skipped,
    /// A word never seen before.
    Unknown,
}

/// What one person wants to do with one review. Its key stays the same over retries.
#[derive(Clone, Debug, PartialEq)]
pub struct Intent {
    /// The idempotency key.
    pub key: String,
    pub approve: bool,
    /// The edited data; `None`: as read. Of a decision that is looked for on changed content: the data that it was about, rejected
    /// or approved.
    pub edited: Option<Json>,
    /// Why it was rejected; sent only where the dialect carries it ([`crate::capability::RejectReason`]).
    pub reason: Option<String>,
}

/// What came of a decision.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// Recorded now, by this intent.
    Accepted(Decision),
    /// Was recorded before, with what this intent sent.
    AlreadyMine(Decision),
    DecidedByAnother(Decision),
    /// Nothing was sent: the review is not what was read.
    Changed(Box<Review>),
    /// The run is not waiting here any more; its status tells.
    NoLongerWaiting(Status),
    /// The vendor refused the data, with messages per field where it gives them.
    Invalid {
        detail: String,
        fields: Vec<(String, String)>,
        request_id: Option<String>,
    },
    NotPermitted {
        detail: String,
        request_id: Option<String>,
    },
    /// Sent, or perhaps sent, and not known to be recorded.
    NotConfirmed {
        detail: String,
        request_id: Option<String>,
    },
}

impl Outcome {
    /// After an error that leaves it open whether it was recorded. What a parser said of an answer is not the vendor's word.
    pub(crate) fn not_confirmed(error: ApiError) -> Self {
        let detail = if error.kind == ErrorKind::Malformed { String::new() } else { error.detail };
        Self::NotConfirmed { detail, request_id: error.request_id }
    }
}

impl Intent {
    /// Why it cannot be sent: what it would approve holds a value that is not valid JSON. A form shows that before.
    pub fn unsendable(&self, read: &Review) -> Option<ApiError> {
        self.approve.then(|| unsendable(self.edited.as_ref().unwrap_or(&read.data))).flatten()
    }
}

/// Why data cannot be sent: a value in it is not valid JSON, and nobody knows what it was.
pub fn unsendable(data: &Json) -> Option<ApiError> {
    let (path, found) = crate::json::first_flaw(data)?;
    let path = if path.is_empty() { "the data" } else { &path };
    Some(ApiError::new(ErrorKind::Invalid, format!("{path} is not valid JSON: {found}")))
}

impl Pin {
    pub fn of(data: &Json, schema: Option<&Json>, attempt: Option<u32>, updated_at: Option<Timestamp>) -> Self {
        let mut hash = FNV_BASIS;
        digest_into(&mut hash, data);
        feed(&mut hash, b"|");
        digest_into(&mut hash, schema.unwrap_or(&Json::Null));
        Self { digest: format!("{hash:032x}"), attempt, updated_at }
    }
}

// FNV-1a, 128 bits: this tells a change apart, it guards against nobody, and a cryptographic hash would cost download.
const FNV_BASIS: u128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d;
const FNV_PRIME: u128 = 0x0100_0000_0000_0000_0000_013b;

/// Of a text.
pub(crate) fn digest(text: &str) -> String {
    let mut hash = FNV_BASIS;
    feed(&mut hash, text.as_bytes());
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
            for at in crate::order::places(entries.len(), &|left, right| entries[left].0.cmp(entries[right].0)) {
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

/// Whether two values say the same: key order and trailing zeros of numbers aside.
pub fn same_value(left: &Json, right: &Json) -> bool {
    match (left, right) {
        (Json::Number(left), Json::Number(right)) => {
            let (left, right) = (left.as_str(), right.as_str());
            left == right || matches!((Decimal::read(left), Decimal::read(right)), (Some(left), Some(right)) if left == right)
        }
        (Json::Object(left), Json::Object(right)) => {
            left.len() == right.len() && left.iter().all(|(key, value)| right.get(key).is_some_and(|other| same_value(value, other)))
        }
        (Json::Array(left), Json::Array(right)) => {
            left.len() == right.len() && left.iter().zip(right).all(|(left, right)| same_value(left, right))
        }
        _ => left == right,
    }
}

/// A JSON number by value: `digits × 10^exponent`, digits without leading or trailing zeros (empty for zero).
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Decimal {
    pub(crate) negative: bool,
    pub(crate) digits: String,
    pub(crate) exponent: i64,
}

impl Decimal {
    pub(crate) fn read(text: &str) -> Option<Self> {
        let (negative, text) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
        let (mantissa, exponent) = match text.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, exponent.trim_start_matches('+').parse::<i64>().ok()?),
            None => (text, 0),
        };
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let digits = [whole, fraction].concat();
        // A value that is not valid JSON is kept as a number too.
        if digits.is_empty() || !digits.bytes().all(|digit| digit.is_ascii_digit()) {
            return None;
        }
        let significant = digits.trim_start_matches('0');
        let trimmed = significant.trim_end_matches('0');
        if trimmed.is_empty() {
            return Some(Self { negative: false, digits: String::new(), exponent: 0 });
        }
        let fraction = i64::try_from(fraction.len()).ok()?;
        let dropped = i64::try_from(significant.len() - trimmed.len()).ok()?;
        Some(Self { negative, digits: trimmed.into(), exponent: exponent.checked_sub(fraction)?.checked_add(dropped)? })
    }

    /// The nearest whole number to this × `10^shift`, a half away from zero; what does not fit is the largest that does, and
    /// `None` what is beyond all floats.
    pub(crate) fn rounded(&self, shift: i64) -> Option<i64> {
        let length = i64::try_from(self.digits.len()).ok()?;
        let whole = self.exponent.checked_add(length)?.checked_add(shift)?;
        let value = match whole {
            309.. => return None,
            19.. => i64::MAX,
            _ => {
                let mut digits = self.digits.bytes().chain(std::iter::repeat(b'0'));
                let mut value = 0;
                for _ in 0..whole {
                    value = value * 10 + i64::from(digits.next()? - b'0');
                }
                let up = whole >= 0 && digits.next().is_some_and(|digit| digit >= b'5');
                value + i64::from(up)
            }
        };
        Some(if self.negative { -value } else { value })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::expect_used)]

    use super::{Decimal, Pin, same_value};

    #[test]
    fn decimals_are_rounded_without_a_float() {
        for (text, shift, wanted) in [
            ("0", 0, Some(0)),
            ("1776762002.340", 3, Some(1_776_762_002_340)),
            ("1776762002.3405", 3, Some(1_776_762_002_341)),
            ("-2.5", 0, Some(-3)),
            ("2.4999999999999999999999", 0, Some(2)),
            ("0.5", 0, Some(1)),
            ("0.05", 0, Some(0)),
            ("9.5", 0, Some(10)),
            ("123e5", 0, Some(12_300_000)),
            ("12345e-3", 0, Some(12)),
            ("999999999999999999.5", 0, Some(1_000_000_000_000_000_000)),
            ("-1e300", 0, Some(-i64::MAX)),
            ("1e400", 0, None),
            ("1e99999999999999999999", 0, None),
            ("1e-99999999", 0, Some(0)),
        ] {
            let found = Decimal::read(text).and_then(|decimal| decimal.rounded(shift));
            assert_eq!(found, wanted, "{text} × 10^{shift}");
        }
    }

    fn json(text: &str) -> crate::Json {
        crate::json::parse(text.as_bytes()).expect("test data")
    }

    #[test]
    fn values_are_compared_by_what_they_say() {
        for (left, right, same) in [
            ("1234.560", "1234.56", true),
            ("1e3", "1000", true),
            ("-0.0", "0", true),
            ("9007199254740993", "9007199254740992", false),
            (r#"{"a":1,"b":[2.0]}"#, r#"{"b":[2],"a":1}"#, true),
            (r#"{"a":1}"#, r#"{"a":1,"b":null}"#, false),
            (r#""1""#, "1", false),
        ] {
            assert_eq!(same_value(&json(left), &json(right)), same, "{left} and {right}");
            let pin = |text| Pin::of(&json(text), None, None, None).digest;
            assert_eq!(pin(left) == pin(right), same, "digests of {left} and {right}");
        }
    }
}
