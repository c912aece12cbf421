//! An allowance that fills up again: so much a second, and so much at once.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

#[derive(Debug)]
pub struct Bucket {
    a_second: f64,
    at_once: f64,
    now: Mutex<Level>,
}

#[derive(Clone, Copy, Debug)]
struct Level {
    left: f64,
    at: Instant,
}

impl Bucket {
    pub fn new(a_second: f64, at_once: f64) -> Self {
        Self { a_second, at_once, now: Mutex::new(Level { left: at_once, at: Instant::now() }) }
    }

    /// Takes so much, perhaps in advance: answers how long to wait for it. `Err`: it would be longer than `patience`, and nothing was taken.
    pub fn take(&self, now: Instant, amount: f64, patience: Duration) -> Result<Duration, Duration> {
        let mut level = self.now.lock().unwrap_or_else(PoisonError::into_inner);
        let since = now.saturating_duration_since(level.at).as_secs_f64();
        let left = (level.left + since * self.a_second).min(self.at_once) - amount;
        let wait = Duration::try_from_secs_f64(-left.min(0.0) / self.a_second).unwrap_or(Duration::MAX);
        if wait > patience {
            return Err(wait);
        }
        *level = Level { left, at: now.max(level.at) };
        Ok(wait)
    }

    /// Whether so much is there now.
    pub fn has(&self, amount: f64) -> bool {
        self.take(Instant::now(), amount, Duration::ZERO).is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn turns_come_evenly_after_a_few_at_once() {
        let bucket = Bucket::new(1.0, 10.0);
        let start = Instant::now();
        let most = Duration::from_secs(2);
        let waits: Vec<_> =
            (0..13).map(|_| bucket.take(start, 1.0, most).map(|wait| wait.as_secs()).map_err(|wait| wait.as_secs_f64().round())).collect();
        assert_eq!(waits[..10], [Ok(0); 10]);
        assert!(waits[10].is_ok() && waits[11].is_ok(), "{waits:?}");
        assert_eq!(waits[12], Err(3.0));
        // What was refused was not taken.
        assert!(bucket.take(start + Duration::from_secs(1), 1.0, most).is_ok());
        // It never holds more than at the beginning.
        let later = start + Duration::from_secs(1_000_000);
        assert_eq!((0..100).filter(|_| bucket.take(later, 1.0, Duration::ZERO).is_ok()).count(), 10);
    }
}
