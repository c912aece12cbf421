//! How often a caller may be wrong. A token cannot be guessed; this keeps those who try from costing anything, and makes them seen.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Wrong tokens within [`WINDOW`].
const MOST: u32 = 10;
const WINDOW: Duration = Duration::from_secs(60);
/// Callers remembered.
const CALLERS: usize = 10_000;

#[derive(Debug, Default)]
pub struct Tries {
    wrong: Mutex<HashMap<Caller, (u32, Instant)>>,
}

/// Whose tries count together: an IPv4 address, an IPv6 network of the size that one household gets, or everybody behind a Unix socket.
pub type Caller = Option<IpAddr>;

fn bucket(caller: Caller) -> Caller {
    caller.map(|address| match address.to_canonical() {
        IpAddr::V6(address) => IpAddr::from((address.to_bits() & !u128::from(u64::MAX)).to_be_bytes()),
        v4 @ IpAddr::V4(_) => v4,
    })
}

impl Tries {
    /// Seconds until the caller may try again, if they were wrong too often.
    pub fn blocked(&self, caller: Caller) -> Option<u64> {
        let wrong = self.wrong.lock().unwrap_or_else(PoisonError::into_inner);
        let (count, since) = wrong.get(&bucket(caller))?;
        let left = WINDOW.checked_sub(since.elapsed())?;
        (*count >= MOST).then(|| left.as_secs() + 1)
    }

    pub fn wrong(&self, caller: Caller) {
        let mut wrong = self.wrong.lock().unwrap_or_else(PoisonError::into_inner);
        if wrong.len() >= CALLERS {
            wrong.retain(|_, (_, since)| since.elapsed() < WINDOW);
        }
        if wrong.len() >= CALLERS {
            return;
        }
        let now = Instant::now();
        let (count, since) = wrong.entry(bucket(caller)).or_insert((0, now));
        if since.elapsed() >= WINDOW {
            (*count, *since) = (0, now);
        }
        *count += 1;
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn who_was_wrong_too_often_waits_and_others_do_not() {
        let tries = Tries::default();
        let address = |text: &str| Some(text.parse().unwrap());
        for _ in 0..MOST {
            assert_eq!(tries.blocked(address("192.0.2.1")), None);
            tries.wrong(address("192.0.2.1"));
            tries.wrong(address("2001:db8::1"));
        }
        assert!(tries.blocked(address("192.0.2.1")).is_some_and(|seconds| (1..=60).contains(&seconds)));
        assert!(tries.blocked(address("::ffff:192.0.2.1")).is_some(), "the same address in another dress");
        assert!(tries.blocked(address("2001:db8::ffff")).is_some(), "the same network");
        assert_eq!(tries.blocked(address("192.0.2.2")), None);
        assert_eq!(tries.blocked(None), None);
    }
}
