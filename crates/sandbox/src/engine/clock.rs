//! Times are Unix milliseconds everywhere inside the sandbox; dialects write them as their vendor does.

/// Now, in Unix milliseconds.
#[must_use]
pub fn now() -> i64 {
    jiff::Timestamp::now().as_millisecond()
}

/// RFC 3339 in UTC with milliseconds where there are any: `2024-01-15T10:30:00Z`, `2026-04-21T09:00:02.340Z`.
#[must_use]
pub fn iso(ms: i64) -> String {
    match jiff::Timestamp::from_millisecond(ms) {
        Ok(time) if ms % 1000 == 0 => format!("{time:.0}"),
        Ok(time) => format!("{time:.3}"),
        Err(_) => "1970-01-01T00:00:00Z".to_owned(),
    }
}

/// The form that HTTP headers use, in whole seconds: `Mon, 15 Jan 2024 10:30:00 GMT`.
#[must_use]
pub fn http_date(ms: i64) -> String {
    let time = jiff::Timestamp::from_millisecond(ms).unwrap_or_default();
    jiff::fmt::rfc2822::DateTimePrinter::new().timestamp_to_rfc9110_string(&time).unwrap_or_default()
}

/// Reads RFC 3339, a date-time without offset (taken as UTC) or a bare date (its first millisecond, UTC).
#[must_use]
pub fn parse(text: &str) -> Option<i64> {
    if let Ok(time) = text.parse::<jiff::Timestamp>() {
        return Some(time.as_millisecond());
    }
    let civil = text.parse::<jiff::civil::DateTime>().ok().or_else(|| Some(text.parse::<jiff::civil::Date>().ok()?.at(0, 0, 0, 0)))?;
    Some(civil.to_zoned(jiff::tz::TimeZone::UTC).ok()?.timestamp().as_millisecond())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::{http_date, iso, parse};

    #[test]
    fn writes_and_reads_the_vendors_forms() {
        assert_eq!(iso(1_705_314_600_000), "2024-01-15T10:30:00Z");
        assert_eq!(iso(1_705_314_600_340), "2024-01-15T10:30:00.340Z");
        assert_eq!(parse("2024-01-15T10:30:00.340Z").unwrap(), 1_705_314_600_340);
        assert_eq!(parse("2024-01-15T10:30:00").unwrap(), 1_705_314_600_000);
        assert_eq!(parse("2024-01-15").unwrap(), 1_705_276_800_000);
        assert_eq!(http_date(1_705_314_600_340), "Mon, 15 Jan 2024 10:30:00 GMT");
        assert!(parse("soon").is_none());
    }
}
