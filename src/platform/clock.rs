//! Now, and moments as people read them, in the browser's zone.

use js_sys::Date;
use runs::Timestamp;
use wasm_bindgen::JsValue;

pub fn now() -> Timestamp {
    Timestamp(Date::now() as i64)
}

/// The parts of a moment in the browser's zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Local {
    pub year: u32,
    /// Zero-based.
    pub month: u32,
    pub day: u32,
    pub hour: u32,
    pub minute: u32,
    pub second: u32,
    /// Minutes east of UTC.
    pub offset: i32,
}

pub fn local(at: Timestamp) -> Local {
    let date = Date::new(&JsValue::from_f64(at.0 as f64));
    Local {
        year: date.get_full_year(),
        month: date.get_month(),
        day: date.get_date(),
        hour: date.get_hours(),
        minute: date.get_minutes(),
        second: date.get_seconds(),
        offset: -(date.get_timezone_offset() as i32),
    }
}

/// When a day like `2026-11-22` begins in the browser's zone, or the day `later` days after it; `None` if there is no such day.
pub fn day(day: &str, later: i32) -> Option<Timestamp> {
    let mut parts = day.split('-');
    let mut part = |length: usize| parts.next().filter(|part| part.len() == length)?.parse::<i32>().ok();
    let (year, month, number) = (part(4)?, part(2)?, part(2)?);
    if parts.next().is_some() || !(1..=12).contains(&month) || !(1..=31).contains(&number) {
        return None;
    }
    let date = Date::new_with_year_month_day(year.cast_unsigned(), month - 1, number + later);
    Some(Timestamp(date.get_time() as i64))
}

/// `2026-11-21T10:48:12+01:00`, for hovering and copying.
pub fn iso_local(at: Timestamp) -> String {
    let part = local(at);
    let sign = if part.offset < 0 { '-' } else { '+' };
    let offset = part.offset.abs();
    format!(
        "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}{sign}{:02}:{:02}",
        part.year,
        part.month + 1,
        part.day,
        part.hour,
        part.minute,
        part.second,
        offset / 60,
        offset % 60
    )
}

/// `UTC+1`, `UTC+5:30`, `UTC`.
pub fn zone() -> String {
    let offset = local(now()).offset;
    if offset == 0 {
        return "UTC".into();
    }
    let sign = if offset < 0 { '−' } else { '+' };
    let (hours, minutes) = (offset.abs() / 60, offset.abs() % 60);
    if minutes == 0 { format!("UTC{sign}{hours}") } else { format!("UTC{sign}{hours}:{minutes:02}") }
}

/// What a field for date and time shows of a moment, in the browser's zone.
pub fn to_field(at: Timestamp) -> String {
    iso_local(at).chars().take(16).collect()
}

/// The moment that such a field names; `None` while it is empty or incomplete.
pub fn of_field(text: &str) -> Option<Timestamp> {
    let time = Date::new(&JsValue::from_str(text)).get_time();
    (!text.is_empty() && time.is_finite()).then_some(Timestamp(time as i64))
}

/// Sleeps; `u32::MAX` milliseconds are 49 days.
pub async fn sleep(millis: u32) {
    gloo_timers::future::TimeoutFuture::new(millis).await;
}
