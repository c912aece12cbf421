//! What gateways on one PostgreSQL tell each other: through which connection something was written, so that none hands out what it
//! read before. A word is said before the writer has its answer, and heard within milliseconds.

use std::sync::Arc;
use std::time::Duration;

use tokio::task::AbortHandle;

use crate::relay::Kept;
use crate::store::{Store, Words};

/// So long a write's answer waits for the word to be out.
const PATIENCE: Duration = Duration::from_secs(2);
/// Between two tries to listen again.
const PAUSE: Duration = Duration::from_secs(2);

/// This gateway among those on the same store.
#[derive(Debug)]
pub struct Replicas {
    store: Store,
    /// By which it knows its own words.
    own: String,
    listening: Option<AbortHandle>,
}

impl Replicas {
    /// Listens from now on, where there may be others. `kept`: what is kept of each connection.
    pub fn join(store: &Store, kept: Vec<(String, Arc<Kept>)>) -> Self {
        let own = uuid::Uuid::new_v4().to_string();
        let listening = store.is_postgres().then(|| tokio::spawn(listen(store.clone(), own.clone(), kept)).abort_handle());
        Self { store: store.clone(), own, listening }
    }

    /// Tells the others that something was written.
    pub async fn wrote(&self, connection: &str) {
        if self.listening.is_none() {
            return;
        }
        let said = tokio::time::timeout(PATIENCE, self.store.say(&format!("{} {connection}", self.own))).await;
        if !matches!(said, Ok(Ok(()))) {
            tracing::warn!(%connection, "the other gateways could not be told of a write: they may show for a moment what was before it");
        }
    }
}

impl Drop for Replicas {
    fn drop(&mut self) {
        if let Some(listening) = &self.listening {
            listening.abort();
        }
    }
}

async fn listen(store: Store, own: String, kept: Vec<(String, Arc<Kept>)>) {
    let empty = |connection: Option<&str>| {
        kept.iter().filter(|(id, _)| connection.is_none_or(|connection| connection == id)).for_each(|(_, kept)| kept.empty());
    };
    loop {
        match Words::listen(&store).await {
            Ok(mut words) => {
                // What was said before that was not heard.
                empty(None);
                loop {
                    match words.next().await {
                        Ok(Some(word)) => match word.split_once(' ') {
                            Some((who, _)) if who == own => {}
                            Some((_, connection)) => empty(Some(connection)),
                            None => empty(None),
                        },
                        // The line was cut and is there again.
                        Ok(None) => empty(None),
                        Err(error) => {
                            tracing::warn!(%error, "the other gateways are not heard; it is tried again");
                            break;
                        }
                    }
                }
            }
            Err(error) => tracing::warn!(%error, "the other gateways cannot be listened to; it is tried again"),
        }
        tokio::time::sleep(PAUSE).await;
    }
}
