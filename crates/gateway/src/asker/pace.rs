//! How fast a vendor is asked: never more than so many requests a second, not while it wants to be left alone, and never for more than
//! half of what a quota allows, because people need the rest.

use std::time::Duration;

use runs::Timestamp;
use runs::model::Quota;
use tokio::time::Instant;

/// The longest rest for a quota whose end the vendor does not tell, or tells wrongly.
const LONGEST: Duration = Duration::from_secs(3_600);
const UNKNOWN: Duration = Duration::from_secs(60);

#[derive(Debug)]
pub struct Pace {
    gap: Duration,
    next: Instant,
    why: &'static str,
}

/// Why a vendor is left alone.
pub const ASKED: &str = "the vendor asks to be left alone for a while";
const QUOTA: &str = "half of what the vendor's limit allows is used; the rest is left to people";

impl Pace {
    pub fn new(requests_per_second: u32) -> Self {
        Self { gap: Duration::from_secs(1) / requests_per_second.max(1), next: Instant::now(), why: ASKED }
    }

    /// Waits until the next request may go.
    pub async fn turn(&mut self) {
        tokio::time::sleep_until(self.next).await;
        self.next = Instant::now() + self.gap;
    }

    /// The vendor is left alone so long.
    pub fn rest(&mut self, how_long: Duration, why: &'static str) {
        self.why = why;
        self.next = self.next.max(Instant::now() + how_long.min(LONGEST));
    }

    /// Whether it is left alone for longer than between two requests, for how long, and why.
    pub fn resting(&self) -> Option<(Duration, &'static str)> {
        let left = self.next.saturating_duration_since(Instant::now());
        (left > self.gap).then_some((left, self.why))
    }

    /// What an answer says of the vendor's limit.
    pub fn heed(&mut self, quota: Option<Quota>, now: i64) {
        let Some(quota) = quota else { return };
        if quota.remaining >= quota.limit / 2 {
            return;
        }
        let until = quota.resets_at.and_then(|Timestamp(at)| u64::try_from(at - now).ok()).map(Duration::from_millis);
        self.rest(until.unwrap_or(UNKNOWN), QUOTA);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn quota(remaining: u32, resets_at: Option<i64>) -> Option<Quota> {
        Some(Quota { limit: 100, remaining, resets_at: resets_at.map(Timestamp), cost: 1 })
    }

    #[tokio::test]
    async fn half_of_a_quota_is_left_to_people() {
        let mut pace = Pace::new(10);
        let seconds = |pace: &Pace| pace.resting().map(|(left, _)| left.as_secs_f64().round());
        pace.turn().await;
        for fine in [None, quota(50, Some(90_000)), quota(100, None)] {
            pace.heed(fine, 0);
            assert_eq!(seconds(&pace), None);
        }
        pace.heed(quota(49, None), 0);
        assert_eq!(seconds(&pace), Some(60.0), "nobody knows until when");
        pace.heed(quota(0, Some(90_000)), 0);
        assert_eq!(seconds(&pace), Some(90.0), "until the limit begins anew");
        pace.heed(quota(0, Some(-5_000)), 0);
        assert_eq!(seconds(&pace), Some(90.0), "its clock is not ours");
        pace.rest(Duration::from_secs(1_000_000), ASKED);
        assert_eq!(seconds(&pace), Some(3_600.0), "never for ever");
    }

    #[tokio::test]
    async fn no_more_than_so_many_requests_a_second() {
        let mut pace = Pace::new(50);
        let began = Instant::now();
        for _ in 0..6 {
            pace.turn().await;
        }
        assert!(began.elapsed() >= Duration::from_millis(100));
    }
}
