//! Now, and moments as people read them, in the browser's zone.

use super::BROWSER;
use js_sys::Date;
use runs::Timestamp;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

/// So long after the page began, a browser may have asked for something before the app did, in milliseconds.
const AHEAD: f64 = 60_000.0;
/// So often is told how much is left of a rest, in milliseconds.
const STEP: u32 = 500;

#[wasm_bindgen]
extern "C" {
    /// Milliseconds since the page began.
    #[wasm_bindgen(js_namespace = performance, js_name = now)]
    fn since_begin() -> f64;
    #[wasm_bindgen(js_namespace = Intl)]
    type DateTimeFormat;
    #[wasm_bindgen(constructor, js_namespace = Intl)]
    fn new() -> DateTimeFormat;
    #[wasm_bindgen(method, js_name = resolvedOptions)]
    fn options(this: &DateTimeFormat) -> Resolved;
    type Resolved;
    #[wasm_bindgen(method, getter, js_name = timeZone)]
    fn zone(this: &Resolved) -> Option<String>;
}

/// The time by the gateway's clock, as far as its answers have told it: what vendors say is compared with nothing else.
pub fn now() -> Timestamp {
    let here = here();
    Timestamp(here.0 + BROWSER.with(|browser| browser.skew.get()).correction())
}

/// The time by this computer's own clock, right or wrong.
pub fn here() -> Timestamp {
    Timestamp(Date::now() as i64)
}

/// Milliseconds of a clock that nobody sets.
pub fn running() -> f64 {
    since_begin()
}

/// A question that is about to be asked: its answer tells the gateway's time.
#[derive(Clone, Copy)]
pub struct Asked(Timestamp);

pub fn asked() -> Asked {
    let (here, since) = (here(), since_begin());
    Asked(if since < AHEAD { Timestamp(here.0 - since as i64) } else { here })
}

/// Takes in the gateway's time as an answer told it.
pub fn told(asked: Asked, time: Timestamp) {
    BROWSER.with(|browser| {
        let mut skew = browser.skew.get();
        skew.learn(asked.0, here(), time);
        browser.skew.set(skew);
    });
}

/// By how many milliseconds this computer's clock is behind the gateway's, or ahead of it, if that is worth saying.
pub fn behind() -> Option<i64> {
    BROWSER.with(|browser| browser.skew.get()).worth_saying()
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
    /// The zone has another offset now: then the moment is told with its own.
    pub shifted: bool,
}

pub fn local(at: Timestamp) -> Local {
    let date = Date::new(&JsValue::from_f64(at.0 as f64));
    let own = offset_of(&date);
    Local {
        year: date.get_full_year(),
        month: date.get_month(),
        day: date.get_date(),
        hour: date.get_hours(),
        minute: date.get_minutes(),
        second: date.get_seconds(),
        offset: own,
        shifted: own != offset(),
    }
}

/// Minutes east of UTC, now.
pub fn offset() -> i32 {
    offset_of(&Date::new(&JsValue::from_f64(now().0 as f64)))
}

fn offset_of(date: &Date) -> i32 {
    -(date.get_timezone_offset() as i32)
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

/// The name of the browser's zone, `Europe/Berlin`; empty if it does not say.
pub fn zone() -> String {
    let options = DateTimeFormat::new().options();
    options.zone().unwrap_or_default().replace('_', " ")
}

/// What a field for date and time shows of a moment, in the browser's zone.
pub fn to_field(at: Timestamp) -> String {
    iso_local(at).chars().take(16).collect()
}

/// The moment that such a field names, the first one of its minute; `None` while it is empty or incomplete. Of an hour that autumn has
/// twice the field names both: `later` takes the second.
pub fn of_field(text: &str, later: bool) -> Option<Timestamp> {
    let time = Date::new(&JsValue::from_str(text)).get_time();
    let first = (!text.is_empty() && time.is_finite()).then_some(Timestamp(time as i64))?;
    // Clocks go back by an hour, and on one island by half of one.
    let again = [3_600_000, 1_800_000].map(|back| first.plus(back)).into_iter().find(|at| to_field(*at) == to_field(first));
    Some(again.filter(|_| later).unwrap_or(first))
}

/// Sleeps; `u32::MAX` milliseconds are 49 days.
pub async fn sleep(millis: u32) {
    gloo_timers::future::TimeoutFuture::new(millis).await;
}

/// Rests for so many milliseconds by the clock: a hidden tab wakes once a second, later once a minute, however short its sleep was to
/// be. `tick` hears how many are left, each time that it wakes, and ends the rest by `false`.
pub async fn rest(millis: u32, tick: &dyn Fn(u32) -> bool) {
    let (began, set) = (running(), here());
    loop {
        // The clock that nobody sets may stand still while the computer sleeps.
        let passed = (running() - began).max((here().0 - set.0) as f64);
        let left = (f64::from(millis) - passed).ceil() as u32;
        if left == 0 || !tick(left) {
            return;
        }
        sleep(left.min(STEP)).await;
    }
}
