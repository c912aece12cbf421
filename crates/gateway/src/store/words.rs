//! Words among the gateways on one PostgreSQL, heard at once by those who listen and kept nowhere (`NOTIFY`).

use sqlx::postgres::PgListener;

use super::Store;

const CHANNEL: &str = "sluice";

/// What the gateways say, from now on.
#[derive(Debug)]
pub struct Words(PgListener);

impl Store {
    /// Says a word to all who listen, this gateway among them.
    pub(crate) async fn say(&self, word: &str) -> sqlx::Result<()> {
        if self.is_postgres() {
            sqlx::query("SELECT pg_notify($1, $2)").bind(CHANNEL).bind(word).execute(&self.write).await?;
        }
        Ok(())
    }
}

impl Words {
    pub(crate) async fn listen(store: &Store) -> sqlx::Result<Self> {
        // In a file there is nobody else.
        let Some(url) = &store.address else { return std::future::pending().await };
        let mut listener = PgListener::connect(url.named().as_str()).await?;
        listener.listen(CHANNEL).await?;
        Ok(Self(listener))
    }

    /// The next one; `None`: the connection was lost, and with it perhaps some.
    pub(crate) async fn next(&mut self) -> sqlx::Result<Option<String>> {
        Ok(self.0.try_recv().await?.map(|word| word.payload().to_owned()))
    }
}
