//! FlowStack's hourly request limit (<https://docs.onflowstack.com/api/rate-limits>).

use std::sync::{Mutex, PoisonError};

const WINDOW_SECONDS: i64 = 3_600;

/// Who a request counts against. Callers without a valid key share one window, so that they cannot use up the project's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Caller {
    Project,
    Anonymous,
}

/// Fixed windows of one hour, kept in memory: a restart forgives, as a new window would.
#[derive(Debug)]
pub(super) struct Limiter {
    limit: u32,
    windows: Mutex<[Window; 2]>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Window {
    ends: i64,
    used: u32,
}

/// The state of the window after a request, for the `X-RateLimit-*` headers. `reset` is in unix seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Allowance {
    pub(super) limit: u32,
    pub(super) remaining: u32,
    pub(super) reset: i64,
    /// Seconds to wait, if this request was one too many.
    pub(super) retry_after: Option<i64>,
}

impl Limiter {
    pub(super) fn new(limit: u32) -> Self {
        Self { limit, windows: Mutex::default() }
    }

    /// Counts one request at `now` (unix seconds). Refused requests use nothing up.
    pub(super) fn take(&self, caller: Caller, now: i64) -> Allowance {
        let mut windows = self.windows.lock().unwrap_or_else(PoisonError::into_inner);
        let window = &mut windows[usize::from(caller == Caller::Anonymous)];
        if now >= window.ends {
            *window = Window { ends: now + WINDOW_SECONDS, used: 0 };
        }
        let allowed = window.used < self.limit;
        if allowed {
            window.used += 1;
        }
        Allowance {
            limit: self.limit,
            remaining: self.limit - window.used,
            reset: window.ends,
            retry_after: (!allowed).then(|| (window.ends - now).max(1)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_down_refuses_and_starts_anew() {
        let limiter = Limiter::new(2);
        let first = limiter.take(Caller::Project, 1_000);
        assert_eq!(first, Allowance { limit: 2, remaining: 1, reset: 4_600, retry_after: None });
        assert_eq!(limiter.take(Caller::Project, 1_001).remaining, 0);
        let refused = limiter.take(Caller::Project, 4_500);
        assert_eq!(refused, Allowance { limit: 2, remaining: 0, reset: 4_600, retry_after: Some(100) });
        assert_eq!(limiter.take(Caller::Project, 4_600), Allowance { limit: 2, remaining: 1, reset: 8_200, retry_after: None });
    }

    #[test]
    fn strangers_do_not_use_up_the_projects_window() {
        let limiter = Limiter::new(1);
        assert_eq!(limiter.take(Caller::Anonymous, 0).retry_after, None);
        assert!(limiter.take(Caller::Anonymous, 0).retry_after.is_some());
        assert_eq!(limiter.take(Caller::Project, 0).retry_after, None);
    }

    #[test]
    fn a_limit_of_nothing_refuses_everything() {
        let limiter = Limiter::new(0);
        assert_eq!(limiter.take(Caller::Project, 10).retry_after, Some(3_600));
    }
}
