//! Moments and their ISO 8601 text; no clock, no zones: the caller brings both.

/// Milliseconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(pub i64);

impl Timestamp {
    /// Reads `2026-04-21T09:00:02.340Z`, an offset, a space for `T`, or no zone at all (then UTC, as the vendors' Python
    /// servers print it). Digits beyond milliseconds are dropped. `None` for anything else.
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = text.as_bytes();
        let number = |from: usize, to: usize| -> Option<i64> {
            let digits = bytes.get(from..to)?;
            digits.iter().try_fold(0i64, |sum, digit| digit.is_ascii_digit().then(|| sum * 10 + i64::from(digit - b'0')))
        };
        let is = |at: usize, wanted: &[u8]| bytes.get(at).is_some_and(|found| wanted.contains(found));
        if !(is(4, b"-") && is(7, b"-") && is(10, b"Tt ") && is(13, b":") && is(16, b":")) {
            return None;
        }
        let (year, month, day) = (number(0, 4)?, number(5, 7)?, number(8, 10)?);
        let (hour, minute, second) = (number(11, 13)?, number(14, 16)?, number(17, 19)?);
        if !(1..=12).contains(&month) || day < 1 || day > days_in(year, month) || hour > 23 || minute > 59 || second > 60 {
            return None;
        }
        let mut at = 19;
        let mut millis = 0;
        if is(at, b".,") {
            at += 1;
            let start = at;
            while bytes.get(at).is_some_and(u8::is_ascii_digit) {
                if at - start < 3 {
                    millis = millis * 10 + i64::from(bytes[at] - b'0');
                }
                at += 1;
            }
            match at - start {
                0 => return None,
                1 => millis *= 100,
                2 => millis *= 10,
                _ => {}
            }
        }
        let offset = match bytes.get(at) {
            None => 0,
            Some(b'Z' | b'z') if bytes.len() == at + 1 => 0,
            Some(sign @ (b'+' | b'-')) => {
                let hours = number(at + 1, at + 3)?;
                let minutes_at = if is(at + 3, b":") { at + 4 } else { at + 3 };
                // Hours alone are an offset, but a colon promises minutes.
                let minutes = if bytes.len() == at + 3 { 0 } else { number(minutes_at, minutes_at + 2)? };
                if bytes.len() > minutes_at + 2 || hours > 23 || minutes > 59 {
                    return None;
                }
                let value = hours * 60 + minutes;
                if *sign == b'+' { value } else { -value }
            }
            Some(_) => return None,
        };
        let seconds = days_from_civil(year, month, day) * 86_400 + hour * 3_600 + (minute - offset) * 60 + second;
        Some(Self(seconds * 1_000 + millis))
    }

    /// Reads a date of HTTP (RFC 9110), in any of its three forms: `Sun, 06 Nov 1994 08:49:37 GMT`,
    /// `Sunday, 06-Nov-94 08:49:37 GMT`, `Sun Nov  6 08:49:37 1994`.
    pub fn parse_http(text: &str) -> Option<Self> {
        const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
        let mut words = text.split([' ', ',', '-']).filter(|word| !word.is_empty());
        let (_weekday, first, second) = (words.next()?, words.next()?, words.next()?);
        let (third, fourth, zone) = (words.next()?, words.next()?, words.next());
        let (day, month, year, clock) = match zone {
            Some("GMT" | "UTC") => (first, second, third, fourth),
            None => (second, first, fourth, third),
            Some(_) => return None,
        };
        let month = MONTHS.iter().position(|name| name.eq_ignore_ascii_case(month))? + 1;
        // Two digits are of a time when the form with four was already the rule.
        let year = match (year.len(), year.parse::<u32>().ok()?) {
            (2, year @ 70..) => 1_900 + year,
            (2, year) => 2_000 + year,
            (_, year) => year,
        };
        Self::parse(&format!("{year:04}-{month:02}-{day:0>2}T{clock}Z")).filter(|_| words.next().is_none())
    }

    /// `2026-04-21T09:00:02.340Z`; milliseconds only if there are any.
    pub fn iso(self) -> String {
        let (days, in_day) = (self.0.div_euclid(86_400_000), self.0.rem_euclid(86_400_000));
        let (year, month, day) = civil_from_days(days);
        let (hour, minute) = (in_day / 3_600_000, in_day / 60_000 % 60);
        let (second, millis) = (in_day / 1_000 % 60, in_day % 1_000);
        let head = format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}");
        if millis == 0 { format!("{head}Z") } else { format!("{head}.{millis:03}Z") }
    }

    /// Milliseconds from `earlier` to here, never below zero.
    pub fn since(self, earlier: Timestamp) -> u64 {
        u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0)
    }

    /// Milliseconds from here to `later`; `None` if that is earlier.
    pub fn until(self, later: Timestamp) -> Option<u64> {
        (later >= self).then(|| later.since(self))
    }

    pub fn plus(self, millis: u64) -> Self {
        Self(self.0.saturating_add(i64::try_from(millis).unwrap_or(i64::MAX)))
    }
}

fn days_in(year: i64, month: i64) -> i64 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

// Howard Hinnant's algorithms (chrono-compatible low-level date algorithms): a calendar library would cost more bytes than it saves.
fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * (if month > 2 { month - 3 } else { month + 9 }) + 2) / 5 + day - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}

fn civil_from_days(days: i64) -> (i64, i64, i64) {
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
    (year_of_era + era * 400 + i64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use super::Timestamp;

    #[test]
    fn iso_round_trips_and_bad_text_is_refused() {
        for (text, millis) in [
            ("1970-01-01T00:00:00Z", 0),
            ("2026-04-21T09:00:02.340Z", 1_776_762_002_340),
            ("2026-04-21T11:00:02.34+02:00", 1_776_762_002_340),
            ("2026-04-21 09:00:02.340999", 1_776_762_002_340),
            ("2000-02-29T23:59:59-0030", 951_870_599_000),
        ] {
            assert_eq!(Timestamp::parse(text), Some(Timestamp(millis)), "{text}");
        }
        assert_eq!(Timestamp(1_776_762_002_340).iso(), "2026-04-21T09:00:02.340Z");
        assert_eq!(Timestamp(-1).iso(), "1969-12-31T23:59:59.999Z");
        for bad in [
            "",
            "2026-13-01T00:00:00Z",
            "2026-02-30T00:00:00Z",
            "2026-04-21",
            "2026-04-21T09:00:02.Z",
            "2026-04-21T09:00:02Zx",
            "ééééééééééééé",
        ] {
            assert_eq!(Timestamp::parse(bad), None, "{bad}");
        }
    }
}
