//! How much of a vendor's API one connection uses.

use std::time::Duration;

use toml::Spanned;

use super::Wrong;
use super::connection::bounded;

/// The bounds of one connection's calls to its vendor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Traffic {
    /// So long the answer to a read is given to equal reads too.
    pub share: Duration,
    /// Calls under way at one time.
    pub at_once: usize,
    /// Calls in a minute; none: as many as the vendor takes.
    pub per_minute: Option<u32>,
    /// How often a read that got no answer is asked again.
    pub retries: u32,
    /// So old a wait has to be before its answer is sent; none: as the dialect says.
    pub hold: Option<Duration>,
}

impl Default for Traffic {
    /// A page asks every two seconds at most, after the last answer: so each of its questions finds the answer before gone, and gets a
    /// new one, while a hundred pages in step cost one call in their interval.
    fn default() -> Self {
        Self { share: Duration::from_millis(1_900), at_once: 32, per_minute: None, retries: 2, hold: None }
    }
}

pub(super) fn check(
    share_ms: Option<&Spanned<i64>>,
    max_concurrent: Option<&Spanned<i64>>,
    requests_per_minute: Option<&Spanned<i64>>,
    retries: Option<&Spanned<i64>>,
    hold_seconds: Option<&Spanned<i64>>,
    usual: Option<usize>,
) -> Result<Traffic, Wrong> {
    let default = Traffic::default();
    let share = bounded(share_ms, "share_ms", 0, 10_000)?;
    let at_once = bounded(max_concurrent, "max_concurrent", 1, 512)?;
    let per_minute = bounded(requests_per_minute, "requests_per_minute", 1, 100_000)?;
    let retries = bounded(retries, "retries", 0, 3)?;
    let hold = bounded(hold_seconds, "hold_seconds", 0, 20)?;
    Ok(Traffic {
        share: share.map_or(default.share, Duration::from_millis),
        at_once: at_once.and_then(|number| usize::try_from(number).ok()).or(usual).unwrap_or(default.at_once),
        per_minute: per_minute.and_then(|number| u32::try_from(number).ok()),
        retries: retries.and_then(|number| u32::try_from(number).ok()).unwrap_or(default.retries),
        hold: hold.map(Duration::from_secs),
    })
}
