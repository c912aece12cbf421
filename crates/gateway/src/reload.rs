//! The configuration, read again on SIGHUP: a new one takes the old one's place between two requests, a wrong one changes nothing.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use crate::app::{self, App};
use crate::assets::Assets;
use crate::audit::retention::Keep;
use crate::cli;
use crate::config::{self, Config};
use crate::drafts::{self, Sweeping};
use crate::health::Health;
use crate::ledger::{self, Walking};
use crate::metrics::metrics;
use crate::notify::{self, Notifying};
use crate::server::{Current, Listen};
use crate::store::Store;
use crate::upstream::Connection;

/// What a new configuration is put to work with.
#[derive(Debug)]
pub struct Reload {
    /// None: the sandbox alone, which has none.
    pub file: Option<PathBuf>,
    pub listen: Listen,
    /// The address that it really has; none: a socket.
    pub bound: Option<SocketAddr>,
    pub assets: Assets,
    pub store: Store,
    pub health: Health,
    pub current: Current,
    pub app: Arc<App>,
    /// Connections that no file names.
    pub sandboxed: Vec<Connection>,
    /// Numbers the runs, in the background.
    pub walking: Option<Walking>,
    /// Tells people what waits, in the background.
    pub notifying: Option<Notifying>,
    /// Removes drafts that are too old.
    pub sweeping: Sweeping,
    pub fixed: Fixed,
}

/// What only a restart changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fixed {
    listen: Option<Listen>,
    metrics_listen: Option<SocketAddr>,
    app: Option<PathBuf>,
    store: Option<crate::store::Location>,
    audit_keep: Option<Keep>,
}

impl Fixed {
    pub fn of(config: &Config) -> Self {
        Self {
            listen: config.listen.clone(),
            metrics_listen: config.metrics_listen,
            app: config.app.clone(),
            store: config.store.clone(),
            audit_keep: config.audit_keep.clone(),
        }
    }
}

impl Reload {
    /// Reads it again with each SIGHUP.
    #[cfg(unix)]
    pub async fn on_hangup(mut self) {
        use tokio::signal::unix::{SignalKind, signal};
        let Ok(mut hangup) = signal(SignalKind::hangup()) else { return };
        while hangup.recv().await.is_some() {
            let Some(file) = self.file.clone() else {
                tracing::warn!("SIGHUP: there is no configuration to read again, since the gateway serves its own sandbox");
                continue;
            };
            let taken = self.again(&file).await;
            metrics().reloaded(taken.is_ok());
            match taken {
                Ok(()) => tracing::info!(file = %file.display(), "the configuration was read again and is in force"),
                Err(why) => tracing::error!(file = %file.display(), %why, "the new configuration is refused; the old one stays in force"),
            }
        }
    }

    #[cfg(not(unix))]
    pub async fn on_hangup(self) {
        std::future::pending().await
    }

    async fn again(&mut self, file: &std::path::Path) -> Result<(), String> {
        let file = file.to_owned();
        let read = tokio::task::spawn_blocking(move || config::load(&file)).await;
        let config = read.map_err(|_| "it could not be read".to_owned())?.map_err(|error| error.to_string().replace('\n', "; "))?;
        let config = config.and(&self.sandboxed)?;
        if Fixed::of(&config) != self.fixed {
            tracing::warn!("listen, metrics_listen, app, store or audit.keep changed: they are taken at the next start");
        }
        self.listen.permitted(&config.sign_in)?;
        let (numbers, told) = (config.ledger, config.notify.clone());
        let mut app = cli::app_of(config, self.bound, self.assets.clone(), self.store.clone())?;
        if let Some(new) = Arc::get_mut(&mut app) {
            new.succeed(&self.app);
        }
        app.prepare();
        self.current.replace(app::router(Arc::clone(&app)).merge(self.health.routes()));
        // The one before stops first: two would ask twice.
        drop(self.walking.take());
        self.walking = ledger::start(&app, numbers);
        drop(self.notifying.take());
        self.notifying = notify::start(&app, told);
        self.sweeping = drafts::sweep(self.store.clone(), app.drafts().clone());
        self.app = app;
        Ok(())
    }
}
