//! Who is signed in: in memory, so that a restart signs everybody out.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use sha2::{Digest as _, Sha256};

use super::token;

/// Sessions kept; beyond it the one not used for longest ends.
const MOST: usize = 10_000;

/// How long a session lasts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lifetime {
    /// Without a request.
    pub idle: Duration,
    /// In all.
    pub whole: Duration,
}

impl Default for Lifetime {
    fn default() -> Self {
        Self { idle: Duration::from_secs(8 * 3_600), whole: Duration::from_secs(24 * 3_600) }
    }
}

/// What a session is known by here: a digest, so that a copy of the memory signs nobody in.
pub type Id = [u8; 32];

#[derive(Debug)]
struct Session<T> {
    of: T,
    began: Instant,
    used: Instant,
}

impl<T> Session<T> {
    fn lives(&self, lifetime: Lifetime, now: Instant) -> bool {
        now.duration_since(self.used) < lifetime.idle && now.duration_since(self.began) < lifetime.whole
    }
}

/// Sessions of whatever says whose each is.
#[derive(Debug)]
pub struct Sessions<T> {
    all: Mutex<HashMap<Id, Session<T>>>,
}

impl<T> Default for Sessions<T> {
    fn default() -> Self {
        Self { all: Mutex::new(HashMap::new()) }
    }
}

impl<T: Clone> Sessions<T> {
    fn all(&self) -> MutexGuard<'_, HashMap<Id, Session<T>>> {
        self.all.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn id(secret: &str) -> Id {
        Sha256::digest(secret).into()
    }

    /// Begins one; what comes back is for the browser alone.
    pub fn begin(&self, of: T, lifetime: Lifetime) -> Result<String, String> {
        let secret = token::secret()?;
        let now = Instant::now();
        let mut all = self.all();
        if all.len() >= MOST {
            all.retain(|_, session| session.lives(lifetime, now));
        }
        if all.len() >= MOST
            && let Some(oldest) = all.iter().min_by_key(|(_, session)| session.used).map(|(id, _)| *id)
        {
            all.remove(&oldest);
        }
        all.insert(Self::id(&secret), Session { of, began: now, used: now });
        Ok(secret)
    }

    /// Whose it is, if it still lasts; that counts as a use.
    pub fn find(&self, secret: &str, lifetime: Lifetime) -> Option<T> {
        let (id, now) = (Self::id(secret), Instant::now());
        let mut all = self.all();
        let session = all.get_mut(&id)?;
        if !session.lives(lifetime, now) {
            all.remove(&id);
            return None;
        }
        session.used = now;
        Some(session.of.clone())
    }

    /// Puts something else in its place; `false`: it has ended meanwhile.
    pub fn change(&self, secret: &str, of: T) -> bool {
        self.all().get_mut(&Self::id(secret)).map(|session| session.of = of).is_some()
    }

    pub fn end(&self, secret: &str) -> Option<T> {
        self.all().remove(&Self::id(secret)).map(|session| session.of)
    }

    /// Ends all that `those` means; how many.
    pub fn end_where(&self, those: impl Fn(&T) -> bool) -> usize {
        let mut all = self.all();
        let before = all.len();
        all.retain(|_, session| !those(&session.of));
        before - all.len()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    const LONG: Lifetime = Lifetime { idle: Duration::from_secs(60), whole: Duration::from_secs(60) };

    #[test]
    fn a_session_ends_when_it_is_idle_too_long_or_too_old() {
        let sessions = Sessions::default();
        let secret = sessions.begin("ada", LONG).unwrap();
        assert_eq!(sessions.find(&secret, LONG), Some("ada"));
        assert_eq!(sessions.find("another", LONG), None);
        std::thread::sleep(Duration::from_millis(5));
        assert_eq!(sessions.find(&secret, Lifetime { idle: Duration::from_millis(1), ..LONG }), None);
        assert_eq!(sessions.find(&secret, LONG), None, "it is gone for good");
        let secret = sessions.begin("ada", LONG).unwrap();
        std::thread::sleep(Duration::from_millis(5));
        assert_eq!(sessions.find(&secret, Lifetime { whole: Duration::from_millis(1), ..LONG }), None);
    }

    #[test]
    fn signing_out_ends_it_and_others_go_on() {
        let sessions = Sessions::default();
        let (ada, bob) = (sessions.begin("ada", LONG).unwrap(), sessions.begin("bob", LONG).unwrap());
        assert_ne!(ada, bob);
        assert_eq!(sessions.end(&ada), Some("ada"));
        assert_eq!((sessions.find(&ada, LONG), sessions.find(&bob, LONG)), (None, Some("bob")));
        assert_eq!(sessions.end_where(|who| *who == "bob"), 1);
    }

    #[test]
    fn sessions_are_bounded() {
        let sessions = Sessions::default();
        let first = sessions.begin(0, LONG).unwrap();
        for at in 0..MOST {
            sessions.begin(at, LONG).unwrap();
        }
        assert_eq!(sessions.find(&first, LONG), None);
        assert_eq!(sessions.all().len(), MOST);
    }
}
