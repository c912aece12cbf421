//! Turns: of everybody who wants the same thing, one has it. Among the tasks of a process by a lock of its own, among replicas by an
//! advisory lock of PostgreSQL, which is given back when the connection ends, however it ends.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;

use sha2::{Digest as _, Sha256};
use sqlx::{Any, AnyPool, Transaction};
use tokio::sync::{Mutex as Waiting, OwnedMutexGuard};

type Names = Arc<Mutex<HashMap<String, Weak<Waiting<()>>>>>;

#[derive(Clone, Debug)]
pub(super) struct Locks {
    names: Names,
    /// `None`: there is only this process.
    shared: Option<AnyPool>,
}

/// Given back when it is dropped.
#[derive(Debug)]
pub struct Turn {
    /// Given back first: whoever is next in this process waits for the other.
    shared: Option<Transaction<'static, Any>>,
    _here: OwnedMutexGuard<()>,
}

/// The number by which PostgreSQL knows a name.
pub(super) fn number(what: &str) -> i64 {
    let digest = Sha256::digest(what.as_bytes());
    digest.iter().take(8).fold(0, |number, byte| (number << 8) | i64::from(*byte))
}

impl Locks {
    pub fn here() -> Self {
        Self { names: Names::default(), shared: None }
    }

    pub fn shared(pool: AnyPool) -> Self {
        Self { names: Names::default(), shared: Some(pool) }
    }

    fn named(&self, what: &str) -> Arc<Waiting<()>> {
        let mut names = self.names.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = names.get(what).and_then(Weak::upgrade) {
            return known;
        }
        names.retain(|_, lock| lock.strong_count() > 0);
        let new = Arc::new(Waiting::new(()));
        names.insert(what.to_owned(), Arc::downgrade(&new));
        new
    }

    pub async fn wait(&self, what: &str) -> sqlx::Result<Turn> {
        let here = self.named(what).lock_owned().await;
        let mut shared = self.begin().await?;
        if let Some(shared) = &mut shared {
            sqlx::query("SELECT pg_advisory_xact_lock($1)").bind(number(what)).execute(&mut **shared).await?;
        }
        Ok(Turn { shared, _here: here })
    }

    pub async fn attempt(&self, what: &str) -> sqlx::Result<Option<Turn>> {
        let Ok(here) = self.named(what).try_lock_owned() else { return Ok(None) };
        let mut shared = self.begin().await?;
        if let Some(shared) = &mut shared {
            let got = sqlx::query_scalar::<_, bool>("SELECT pg_try_advisory_xact_lock($1)").bind(number(what));
            if !got.fetch_one(&mut **shared).await? {
                return Ok(None);
            }
        }
        Ok(Some(Turn { shared, _here: here }))
    }

    /// A transaction that only holds its lock: dropped, it is rolled back.
    async fn begin(&self) -> sqlx::Result<Option<Transaction<'static, Any>>> {
        let Some(pool) = &self.shared else { return Ok(None) };
        let mut holder = pool.begin().await?;
        // It waits for a vendor, which a limit for forgotten transactions must not cut short.
        sqlx::query("SET LOCAL idle_in_transaction_session_timeout = 0").execute(&mut *holder).await?;
        Ok(Some(holder))
    }
}

impl Turn {
    /// Completes when the turn is over although it was not given back: the connection that held it is gone.
    pub async fn lost(&mut self) {
        const EVERY: Duration = Duration::from_secs(2);
        let Some(shared) = &mut self.shared else { return std::future::pending().await };
        loop {
            tokio::time::sleep(EVERY).await;
            let asked = tokio::time::timeout(EVERY, sqlx::query("SELECT 1").execute(&mut **shared)).await;
            if !matches!(asked, Ok(Ok(_))) {
                return;
            }
        }
    }
}
