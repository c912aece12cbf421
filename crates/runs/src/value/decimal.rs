//! JSON numbers by value, and values compared by what they say.

use super::json::Json;
use std::cmp::Ordering;

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
pub struct Decimal {
    pub negative: bool,
    pub digits: String,
    pub exponent: i64,
}

impl Decimal {
    pub fn read(text: &str) -> Option<Self> {
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

    /// Which of the two is larger.
    pub fn compare(&self, other: &Self) -> Ordering {
        // Without zeros at either end digits compare as texts, once their first ones stand at the same place.
        let size = |of: &Self| {
            let length = i64::try_from(of.digits.len()).unwrap_or(i64::MAX);
            if length == 0 { i64::MIN } else { of.exponent.saturating_add(length) }
        };
        let sizes = size(self).cmp(&size(other)).then_with(|| self.digits.cmp(&other.digits));
        match (self.negative, other.negative) {
            (false, false) => sizes,
            (true, true) => sizes.reverse(),
            (true, false) => Ordering::Less,
            (false, true) => Ordering::Greater,
        }
    }

    /// `None` where it takes more digits than can be told, and of zero.
    pub fn is_multiple_of(&self, unit: &Self) -> Option<bool> {
        let least = self.exponent.min(unit.exponent);
        let scaled = |of: &Self| {
            let zeros = u32::try_from(of.exponent.checked_sub(least)?).ok()?;
            let digits: u128 = if of.digits.is_empty() { 0 } else { of.digits.parse().ok()? };
            digits.checked_mul(10u128.checked_pow(zeros)?)
        };
        scaled(self)?.checked_rem(scaled(unit)?).map(|rest| rest == 0)
    }

    /// The nearest whole number to this × `10^shift`, a half away from zero; what does not fit is the largest that does, and
    /// `None` what is beyond all floats.
    pub fn rounded(&self, shift: i64) -> Option<i64> {
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

    use super::super::digest::digest_of;
    use super::{Decimal, same_value};

    #[test]
    fn decimals_are_compared_by_value() {
        let order = ["-1e300", "-12", "-1.5", "0", "0.09", "0.1", "0.12", "0.123", "1", "1.0000000000000000001", "9", "10", "1e30"];
        let read = |text: &str| Decimal::read(text).expect("a number");
        for (at, one) in order.iter().enumerate() {
            for (place, other) in order.iter().enumerate() {
                assert_eq!(read(one).compare(&read(other)), at.cmp(&place), "{one} {other}");
            }
        }
        assert!(read("1.50").compare(&read("15e-1")).is_eq());
    }

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
        crate::value::json::parse(text.as_bytes()).expect("test data")
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
            let pin = |text| digest_of([&json(text), &crate::Json::Null]);
            assert_eq!(pin(left) == pin(right), same, "digests of {left} and {right}");
        }
    }
}
