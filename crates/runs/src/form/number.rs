//! Numbers compared exactly, as decimals: a limit of 0.1 is not a float's 0.1000000000000000055.

use crate::value::decimal::Decimal;
use crate::value::json::Number;
use std::cmp::Ordering;

/// Reads what was typed as a JSON number that keeps its digits: `1234.560` stays so. Only an exponent's sign is written out
/// (`1e+3` for `1e3`).
pub(super) fn read(text: &str) -> Option<Number> {
    // From bytes, as answers are: from text it would be a second parser to download.
    match serde_json::from_slice(text.trim().as_bytes()).ok()? {
        crate::Json::Number(number) => Some(number),
        _ => None,
    }
}

pub(super) fn is_whole(number: &Number) -> bool {
    Decimal::read(number.as_str()).is_some_and(|decimal| decimal.exponent >= 0)
}

pub(super) fn is_multiple(number: &Number, unit: &Number) -> Option<bool> {
    Decimal::read(number.as_str())?.is_multiple_of(&Decimal::read(unit.as_str())?)
}

/// `None` for an exponent beyond all use.
pub(super) fn compare(left: &Number, right: &Number) -> Option<Ordering> {
    let (left, right) = (Decimal::read(left.as_str())?, Decimal::read(right.as_str())?);
    let sign = |number: &Decimal| match (number.digits.is_empty(), number.negative) {
        (true, _) => 0,
        (_, true) => -1,
        (_, false) => 1,
    };
    let order = sign(&left).cmp(&sign(&right));
    if order != Ordering::Equal || left.digits.is_empty() {
        return Some(order);
    }
    // Both are 0.digits × 10^top with a first digit that is not zero.
    let top = |number: &Decimal| i64::try_from(number.digits.len()).ok()?.checked_add(number.exponent);
    let order = top(&left)?.cmp(&top(&right)?).then_with(|| left.digits.cmp(&right.digits));
    Some(if left.negative { order.reverse() } else { order })
}
