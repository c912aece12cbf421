//! Exact decimals for amounts read from documents. Own, because all that is needed is reading the forms people print,
//! sums and differences; every operation is checked and no float is involved.

use std::{cmp::Ordering, fmt};

/// `mantissa / 10^scale`, keeping the number of decimals that was written: `1234.560` stays `1234.560`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Amount {
    mantissa: i128,
    scale: u32,
}

const MAX_SCALE: u32 = 12;
const MAX_DIGITS: usize = 24;

impl Amount {
    pub(crate) const ZERO: Self = Self { mantissa: 0, scale: 0 };

    /// Reads `1234.50`, `1,234.50`, `1.234,50`, `1 234,50`, `-12`, `(12.00)`, with a currency sign or code around it.
    /// A single comma or point followed by exactly three digits, as in `1,250`, is taken for thousands if it is a
    /// comma and for decimals if it is a point.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let (negative, text) = match text.strip_prefix('(').and_then(|t| t.strip_suffix(')')) {
            Some(inner) => (true, inner),
            None => (false, text),
        };
        let text = bare(text);
        let (negative, text) = match text.strip_prefix(['-', '−']) {
            Some(rest) => (true, rest),
            None => (negative, text.strip_prefix('+').unwrap_or(text)),
        };
        let text = bare(text);
        Self::digits(text, negative)
    }

    fn digits(text: &str, negative: bool) -> Option<Self> {
        let decimal = decimal_mark(text);
        let (mut mantissa, mut scale, mut seen, mut after) = (0_i128, 0, 0, false);
        for (place, c) in text.char_indices() {
            match c {
                '0'..='9' => {
                    seen += 1;
                    scale += u32::from(after);
                    mantissa = mantissa.checked_mul(10)?.checked_add(i128::from(c.to_digit(10)?))?;
                }
                _ if Some(place) == decimal => after = true,
                '.' | ',' | ' ' | '\'' | '\u{a0}' | '\u{202f}' if !after && seen > 0 => {}
                _ => return None,
            }
        }
        if seen == 0 || seen > MAX_DIGITS || scale > MAX_SCALE {
            return None;
        }
        Some(Self { mantissa: if negative { -mantissa } else { mantissa }, scale })
    }

    /// A JSON number's text, `1.25e3` included.
    pub(crate) fn from_json_text(text: &str) -> Option<Self> {
        let (number, exponent) = match text.split_once(['e', 'E']) {
            Some((number, exponent)) => (number, exponent.parse::<i32>().ok()?),
            None => (text, 0),
        };
        let (negative, number) = number.strip_prefix('-').map_or((false, number), |rest| (true, rest));
        let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
        let digits = format!("{whole}{fraction}");
        if digits.is_empty() || digits.len() > MAX_DIGITS || !digits.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        let scale = i32::try_from(fraction.len()).ok()?.checked_sub(exponent)?;
        let mantissa: i128 = digits.parse().ok()?;
        let mantissa = if negative { -mantissa } else { mantissa };
        match u32::try_from(scale) {
            Ok(scale) if scale <= MAX_SCALE => Some(Self { mantissa, scale }),
            Ok(_) => None,
            Err(_) => {
                let up = 10_i128.checked_pow(scale.unsigned_abs())?;
                Some(Self { mantissa: mantissa.checked_mul(up)?, scale: 0 })
            }
        }
    }

    pub(crate) const fn cents(minor: i64) -> Self {
        Self { mantissa: minor as i128, scale: 2 }
    }

    fn rescaled(self, scale: u32) -> Option<i128> {
        self.mantissa.checked_mul(10_i128.checked_pow(scale.checked_sub(self.scale)?)?)
    }

    pub(crate) fn add(self, other: Self) -> Option<Self> {
        let scale = self.scale.max(other.scale);
        Some(Self { mantissa: self.rescaled(scale)?.checked_add(other.rescaled(scale)?)?, scale })
    }

    pub(crate) fn sub(self, other: Self) -> Option<Self> {
        self.add(Self { mantissa: other.mantissa.checked_neg()?, scale: other.scale })
    }

    pub(crate) fn mul(self, other: Self) -> Option<Self> {
        Some(Self { mantissa: self.mantissa.checked_mul(other.mantissa)?, scale: self.scale + other.scale })
    }

    pub(crate) fn abs(self) -> Self {
        Self { mantissa: self.mantissa.saturating_abs(), scale: self.scale }
    }

    /// Rounded half away from zero, as invoices do.
    pub(crate) fn rounded(self, scale: u32) -> Self {
        let Some(drop) = self.scale.checked_sub(scale) else { return self };
        let Some(unit) = 10_i128.checked_pow(drop) else { return self };
        let half = unit / 2 * self.mantissa.signum();
        Self { mantissa: self.mantissa.saturating_add(half) / unit, scale }
    }

    /// At least two decimals, as money is written in sentences.
    pub(crate) fn as_money(self) -> Self {
        self.rescaled(2).map_or(self, |mantissa| Self { mantissa, scale: 2 })
    }

    pub(crate) fn json(self) -> serde_json::Value {
        serde_json::from_str(&self.to_string()).unwrap_or(serde_json::Value::Null)
    }
}

/// Without white space, currency signs and a three-letter code around it.
fn bare(text: &str) -> &str {
    let edge = |c: char| c.is_whitespace() || "€$£¥".contains(c);
    let is_code = |code: &str| code.bytes().all(|byte| byte.is_ascii_uppercase());
    let mut text = text.trim_matches(edge);
    if let Some((code, rest)) = text.split_at_checked(3)
        && is_code(code)
    {
        text = rest;
    }
    if let Some((rest, code)) = text.len().checked_sub(3).and_then(|place| text.split_at_checked(place))
        && is_code(code)
    {
        text = rest;
    }
    text.trim_matches(edge)
}

/// Where the decimal mark is: the last point or comma, unless it only groups thousands.
fn decimal_mark(text: &str) -> Option<usize> {
    let last = text.rfind(['.', ','])?;
    let mark = text.get(last..=last)?;
    let alone = text.matches(mark).count() == 1;
    let other = text.contains(if mark == "," { '.' } else { ',' });
    let decimals = text.len() - last - 1;
    let groups = !alone || (mark == "," && !other && decimals == 3);
    (!groups).then_some(last)
}

impl PartialEq for Amount {
    fn eq(&self, other: &Self) -> bool {
        self.partial_cmp(other) == Some(Ordering::Equal)
    }
}

impl PartialOrd for Amount {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        let scale = self.scale.max(other.scale);
        Some(self.rescaled(scale)?.cmp(&other.rescaled(scale)?))
    }
}

impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = format!("{:0width$}", self.mantissa.unsigned_abs(), width = self.scale as usize + 1);
        let (whole, fraction) = digits.split_at(digits.len() - self.scale as usize);
        let sign = if self.mantissa < 0 { "-" } else { "" };
        if fraction.is_empty() { write!(f, "{sign}{whole}") } else { write!(f, "{sign}{whole}.{fraction}") }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use proptest::prelude::*;

    use super::Amount;

    fn read(text: &str) -> String {
        Amount::parse(text).map_or_else(|| "-".to_owned(), |a| a.to_string())
    }

    #[test]
    fn the_forms_people_print() {
        for (text, want) in [
            ("1234.560", "1234.560"),
            ("1,234.50", "1234.50"),
            ("1.234,50", "1234.50"),
            ("1 234,50 €", "1234.50"),
            ("EUR 1,250", "1250"),
            ("$ 1,250,000.00", "1250000.00"),
            ("1.250.000", "1250000"),
            ("0.5", "0.5"),
            ("(12.00)", "-12.00"),
            ("-0.07", "-0.07"),
            ("12a3", "-"),
            ("", "-"),
            ("PO-4711", "-"),
            ("2026-01-02", "-"),
            ("99999999999999999999999999", "-"),
        ] {
            assert_eq!(read(text), want, "{text}");
        }
    }

    #[test]
    fn arithmetic_is_exact() {
        let a = Amount::parse("0.1").unwrap();
        let b = Amount::parse("0.20").unwrap();
        assert_eq!(a.add(b).unwrap().to_string(), "0.30");
        assert_eq!(a.sub(b).unwrap().to_string(), "-0.10");
        assert_eq!(Amount::parse("12.5").unwrap().mul(Amount::parse("3").unwrap()).unwrap().to_string(), "37.5");
        assert_eq!(Amount::parse("1.005").unwrap().rounded(2).to_string(), "1.01");
        assert_eq!(Amount::parse("-1.005").unwrap().rounded(2).to_string(), "-1.01");
        assert_eq!(Amount::parse("50").unwrap().as_money().to_string(), "50.00");
        assert_eq!(Amount::from_json_text("1.25e3").unwrap(), Amount::parse("1250").unwrap());
    }

    proptest! {
        #[test]
        fn cents_survive_text(minor in -1_000_000_000_000_i64..1_000_000_000_000) {
            let amount = Amount::cents(minor);
            prop_assert_eq!(Amount::parse(&amount.to_string()).unwrap(), amount);
            prop_assert_eq!(Amount::from_json_text(&amount.to_string()).unwrap(), amount);
        }

        #[test]
        fn any_text_is_read_or_refused(text in ".{0,40}") {
            let _ = Amount::parse(&text);
            let _ = Amount::from_json_text(&text);
        }
    }
}
