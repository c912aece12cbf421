//! Numbers as people write and copy them: `1.612,50`, `€ 1 612,50`, `(50.00)`, `−5`. Digits are only moved as text, so they stay exact.

use super::number;
use crate::value::digits::{self, whole};
use crate::value::json::Number;

/// What stands beside an amount and says nothing of its value. Codes by ISO 4217; longer marks come before those that they contain.
const MARKS: &[&str] = &[
    "US$", "HK$", "NT$", "CA$", "AU$", "NZ$", "MX$", "R$", "A$", "C$", "S$", "$", "€", "£", "¥", "₹", "₩", "₽", "₺", "₴", "₫", "₪", "₦",
    "฿", "₱", "₡", "₲", "₸", "₾", "₼", "₿", "元", "円", "원", "zł", "Kč", "kr.", "kr", "Fr.", "Rs.", "Ft", "лв",
];
const CODES: &str = "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CLP CNY \
    COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD \
    JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR \
    NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY \
    TTD TWD TZS UAH UGX USD UYU UZS VES VND VUV WST XAF XCD XOF XPF YER ZAR ZMW";

/// Every number that a text can mean: none, one, or several where the text does not say which.
///
/// A point or a comma before three digits can be either mark, whoever wrote it.
pub(super) fn readings(text: &str) -> Vec<Number> {
    let plain: String = text.chars().filter(|character| !is_invisible(*character)).map(plain).collect();
    let plain = plain.trim();
    let exact = number::read(plain);
    if let Some(exact) = exact.filter(|_| !plain.contains('.')) {
        return vec![exact];
    }
    let Some(amount) = Amount::peel(plain) else { return Vec::new() };
    let (mantissa, exponent) = match amount.body.find(['e', 'E']) {
        Some(at) => (&amount.body[..at], &amount.body[at + 1..]),
        None => (amount.body, ""),
    };
    let powers = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
    if mantissa.len() < amount.body.len() && (powers.is_empty() || !all_digits(powers)) {
        return Vec::new();
    }
    let Some(parts) = Parts::of(mantissa) else { return Vec::new() };
    let mut found = Vec::new();
    for (whole, fraction) in [parts.grouped(), parts.decimal()].into_iter().flatten() {
        let mut add = |whole: &str, fraction: &str| found.extend(written(amount.negative, whole, fraction, exponent));
        add(&whole, &fraction);
        if amount.percent {
            let digits = format!("00{whole}");
            let (above, below) = digits.split_at(digits.len() - 2);
            add(above, &format!("{below}{fraction}"));
        }
    }
    found
}

/// A JSON number of these digits.
fn written(negative: bool, whole: &str, fraction: &str, exponent: &str) -> Option<Number> {
    let whole = whole.trim_start_matches('0');
    let mut text = String::from(if negative { "-" } else { "" });
    text.push_str(if whole.is_empty() { "0" } else { whole });
    if !fraction.is_empty() {
        text.push('.');
        text.push_str(fraction);
    }
    if !exponent.is_empty() {
        text.push('e');
        text.push_str(exponent);
    }
    number::read(&text)
}

/// What stands around the digits of an amount.
struct Amount<'a> {
    body: &'a str,
    negative: bool,
    percent: bool,
}

impl<'a> Amount<'a> {
    /// Each of these may stand once: a sign before or behind, brackets for a minus, a currency, a percent sign. `50,-` has no cents.
    fn peel(text: &'a str) -> Option<Self> {
        let (mut body, mut minus, mut plus, mut marked, mut percent, mut round) = (text, 0, 0, 0, 0, 0);
        loop {
            body = body.trim();
            if let Some(rest) = body.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')) {
                (body, minus) = (rest, minus + 1);
            } else if let Some(rest) = body.strip_prefix('-') {
                (body, minus) = (rest, minus + 1);
            } else if let Some(rest) = body.strip_prefix('+') {
                (body, plus) = (rest, plus + 1);
            } else if let Some(rest) =
                body.strip_suffix("--").or_else(|| body.strip_suffix('-')).filter(|rest| rest.ends_with([',', '.', '/']))
            {
                (body, round) = (rest.trim_end_matches('/'), round + 1);
            } else if let Some(rest) = body.strip_suffix('-') {
                (body, minus) = (rest, minus + 1);
            } else if let Some(rest) = body.strip_suffix('%') {
                (body, percent) = (rest, percent + 1);
            } else if let Some(rest) = without_currency(body) {
                (body, marked) = (rest, marked + 1);
            } else {
                break;
            }
        }
        let once = [minus, plus, marked, percent, round].iter().all(|times| *times <= 1) && minus + plus <= 1;
        (once && !body.is_empty()).then_some(Self { body, negative: minus == 1, percent: percent == 1 })
    }
}

fn without_currency(text: &str) -> Option<&str> {
    let marks = || MARKS.iter().copied().chain(CODES.split_whitespace());
    let before = marks().find_map(|mark| text.strip_prefix(mark).filter(|rest| !rest.starts_with(char::is_alphabetic)));
    before.or_else(|| marks().find_map(|mark| text.strip_suffix(mark).filter(|rest| !rest.ends_with(char::is_alphabetic))))
}

/// Runs of digits and the single marks between them.
struct Parts {
    runs: Vec<String>,
    marks: Vec<char>,
}

impl Parts {
    fn of(text: &str) -> Option<Self> {
        let mut parts = Self { runs: vec![String::new()], marks: Vec::new() };
        for character in text.chars() {
            match (character, parts.runs.last_mut()) {
                ('0'..='9', Some(run)) => run.push(character),
                ('.' | ',' | '٫' | '٬' | ' ' | '\'' | '_', _) => {
                    parts.marks.push(character);
                    parts.runs.push(String::new());
                }
                _ => return None,
            }
        }
        Some(parts)
    }

    /// Without decimals: all marks separate thousands.
    fn grouped(&self) -> Option<(String, String)> {
        Some((whole(&self.runs, &self.marks, None)?, String::new()))
    }

    /// The last mark is the decimal one.
    fn decimal(&self) -> Option<(String, String)> {
        let (mark, marks) = self.marks.split_last()?;
        let (fraction, runs) = self.runs.split_last()?;
        let bare = runs.iter().all(String::is_empty);
        if !matches!(mark, '.' | ',' | '٫') || (bare && (fraction.is_empty() || runs.len() > 1)) {
            return None;
        }
        let above = if bare { String::new() } else { whole(runs, marks, Some(*mark))? };
        Some((above, fraction.clone()))
    }
}

fn all_digits(text: &str) -> bool {
    text.bytes().all(|digit| digit.is_ascii_digit())
}

/// Marks of writing direction, and what has no width.
fn is_invisible(character: char) -> bool {
    matches!(character, '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

/// Digits, signs and blanks of other scripts and widths as those of ASCII.
fn plain(character: char) -> char {
    match character {
        '\0'..='\x7f' => character,
        '−' | '‐' | '‑' | '‒' | '–' | '—' | '⁻' | '﹣' | '－' => '-',
        '＋' | '﹢' => '+',
        '．' | '﹒' => '.',
        '，' | '﹐' | '、' | '،' => ',',
        '’' | '‘' | 'ʼ' | '＇' | '´' | '′' => '\'',
        '（' => '(',
        '）' => ')',
        '％' | '٪' | '﹪' => '%',
        '＄' | '﹩' => '$',
        '￡' => '£',
        '￥' => '¥',
        blank if blank.is_whitespace() => ' ',
        other => digits::ascii(other).unwrap_or(other),
    }
}
