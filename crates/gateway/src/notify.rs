//! Notifications out: a webhook or an e-mail when a review waits, so that nobody needs an open tab.
//!
//! Only where they are configured, the gateway asks by itself what waits (`finder`). What is new goes into the store for each channel
//! that it concerns (`outbox`), is put into messages there, and is sent until it was taken (`sender`): a restart loses nothing, and of
//! several replicas on one database one looks and sends.

mod address;
mod finder;
mod mail;
mod message;
mod outbox;
mod sender;
mod webhook;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use futures_util::future::join_all;
use tokio::runtime::Handle;
use tokio::sync::watch;

pub use address::Allowed;
pub use mail::{Mail, Tls};
pub use message::{Template, Waiting};
pub use webhook::{Secret, Webhook};

use crate::app::App;
use crate::check::Verdict;
use crate::store::Store;
use crate::upstream::Upstream;
use finder::Finder;
use sender::Sender;

/// Under this name one replica looks and sends.
const TURN: &str = "notifications";
/// How often is tried to get the turn.
const AGAIN: Duration = Duration::from_secs(5);

/// What the configuration says of it.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Where links lead: with the base path, without a slash at its end.
    pub public_url: String,
    /// The rest between two looks at what waits at one vendor.
    pub every: Duration,
    pub channels: Vec<Channel>,
    /// By connection.
    pub templates: BTreeMap<String, Template>,
}

/// Where notifications go.
#[derive(Clone, Debug)]
pub struct Channel {
    pub id: String,
    pub way: Way,
    /// None: of all.
    pub connections: Option<Vec<String>>,
    pub flows: Option<Vec<String>>,
    /// What has come to wait in this time is one message. None: each review is its own.
    pub digest: Option<Duration>,
    /// Messages a minute, at most; what is more is put together.
    pub per_minute: u32,
    /// For one attempt.
    pub timeout: Duration,
    pub allowed: Allowed,
}

#[derive(Clone, Debug)]
pub enum Way {
    Webhook(Webhook),
    Mail(Box<Mail>),
}

impl Channel {
    fn concerns(&self, connection: &str, flow: &str) -> bool {
        let named = |list: &Option<Vec<String>>, one: &str| list.as_ref().is_none_or(|list| list.iter().any(|known| known == one));
        named(&self.connections, connection) && named(&self.flows, flow)
    }
}

impl Settings {
    fn template(&self, connection: &str) -> Template {
        self.templates.get(connection).cloned().unwrap_or_default()
    }
}

/// Looks and sends in the background; it ends when this is dropped.
#[derive(Debug)]
pub struct Notifying {
    stop: watch::Sender<()>,
    thread: Option<JoinHandle<()>>,
}

pub fn start(app: &Arc<App>, settings: Option<Settings>) -> Option<Notifying> {
    let settings = Arc::new(settings?);
    let (store, upstreams) = (app.store().clone(), app.connections().to_vec());
    let (stop, mut stopped) = watch::channel(());
    let runtime = Handle::current();
    // An operation stays on one thread.
    let thread = std::thread::Builder::new().name("notifications".into()).spawn(move || {
        runtime.block_on(async move {
            tokio::select! {
                _ = stopped.changed() => {}
                () = run(&store, &upstreams, &settings) => {}
            }
        });
    });
    match thread {
        Ok(thread) => Some(Notifying { stop, thread: Some(thread) }),
        Err(error) => {
            tracing::error!(%error, "nobody is notified: the system gives no thread");
            None
        }
    }
}

/// Looks and sends while this replica has the turn, and waits for it while it has not.
async fn run(store: &Store, upstreams: &[Arc<Upstream>], settings: &Arc<Settings>) {
    loop {
        match store.try_lock(TURN).await {
            Ok(Some(mut turn)) => {
                let looking = join_all(upstreams.iter().map(|upstream| Finder::new(store, upstream, settings).look()));
                let sending = join_all((0..settings.channels.len()).map(|at| Sender::new(store, settings, at).send()));
                tokio::select! {
                    _ = looking => {}
                    _ = sending => {}
                    () = turn.lost() => tracing::warn!("the database's connection that held the turn of notifications is gone"),
                }
            }
            Ok(None) => {}
            Err(error) => tracing::warn!(%error, "the turn of notifications cannot be asked for"),
        }
        tokio::time::sleep(AGAIN).await;
    }
}

impl Drop for Notifying {
    fn drop(&mut self) {
        self.stop.send_replace(());
        if let Some(thread) = self.thread.take() {
            // It ends where it waits next; a panic of its own was logged by the thread.
            let _ = thread.join();
        }
    }
}

/// `sluice check`: whether each channel can be reached. Nothing is sent.
pub async fn check(settings: &Settings) -> Vec<Verdict> {
    join_all(settings.channels.iter().map(async |channel| {
        let told = tokio::time::timeout(channel.timeout, async {
            match &channel.way {
                Way::Webhook(webhook) => webhook.check(channel).await,
                Way::Mail(mail) => mail.check(channel).await,
            }
        });
        let told = told.await.unwrap_or_else(|_| Err(format!("did not answer within {} s", channel.timeout.as_secs())));
        let kind = match channel.way {
            Way::Webhook(_) => "webhook",
            Way::Mail(_) => "e-mail",
        };
        let id = &channel.id;
        match told {
            Ok(told) => Verdict { ok: true, line: format!("{id}  ok      {kind}: {told}") },
            Err(why) => Verdict { ok: false, line: format!("{id}  FAILED  {kind}: {why}") },
        }
    }))
    .await
}
