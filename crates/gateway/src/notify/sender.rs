//! Sends a channel's messages, one after the other, until each was taken.

use std::time::Duration;

use super::message::Message;
use super::outbox::{Due, GIVEN_UP, Outbox};
use super::{Channel, Settings, Way};
use crate::clock;
use crate::metrics::metrics;
use crate::store::Store;

/// How often is looked whether there is something to tell.
const LOOK: Duration = Duration::from_millis(500);
/// After a failure: the first rest, and the longest, in milliseconds.
const FIRST: i64 = 1_000;
const LONGEST: i64 = 1_800_000;
/// The longest that a receiver may ask to be left alone.
const ASKED: i64 = 3_600_000;

/// Why a message was not taken; never with an address, a password or what the receiver answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotTaken {
    pub why: String,
    /// So long it asks to be left alone, in milliseconds.
    pub rest: Option<i64>,
}

impl From<String> for NotTaken {
    fn from(why: String) -> Self {
        Self { why, rest: None }
    }
}

pub struct Sender<'a> {
    outbox: Outbox,
    settings: &'a Settings,
    channel: &'a Channel,
}

impl<'a> Sender<'a> {
    pub fn new(store: &Store, settings: &'a Settings, at: usize) -> Self {
        Self { outbox: Outbox::of(store), settings, channel: &settings.channels[at] }
    }

    pub async fn send(self) {
        let gap = Duration::from_secs(60) / self.channel.per_minute.max(1);
        loop {
            match self.once().await {
                Ok(true) => tokio::time::sleep(gap).await,
                Ok(false) => tokio::time::sleep(LOOK).await,
                Err(error) => {
                    tracing::warn!(%error, channel = self.channel.id, "notifications: the store fails");
                    tokio::time::sleep(LOOK * 10).await;
                }
            }
        }
    }

    /// Whether something went out.
    async fn once(&self) -> sqlx::Result<bool> {
        let now = clock::now();
        let Some(due) = self.outbox.due(&self.channel.id, now).await? else {
            let template = |connection: &str| self.settings.template(connection);
            let write = |waiting: &[_], all| Message::about(waiting, all, &self.settings.public_url, template, now);
            self.outbox.put_together(self.channel, write, now).await?;
            return Ok(false);
        };
        if !due.waits {
            tracing::info!(channel = self.channel.id, message = due.id, "notifications: not told, because it waits no longer");
            metrics().notified(&self.channel.id, "gone");
            self.outbox.done(&due.id).await?;
            return Ok(false);
        }
        let told = tokio::time::timeout(self.channel.timeout, async {
            match &self.channel.way {
                Way::Webhook(webhook) => webhook.send(self.channel, &due.id, &due.message.payload).await,
                Way::Mail(mail) => mail.send(self.channel, &due.id, &due.message).await,
            }
        });
        let told = told.await.unwrap_or_else(|_| Err(format!("no answer within {} s", self.channel.timeout.as_secs()).into()));
        match told {
            Ok(()) => {
                tracing::info!(channel = self.channel.id, message = due.id, tries = due.tries + 1, "notified");
                metrics().notified(&self.channel.id, "sent");
                self.outbox.done(&due.id).await?;
            }
            Err(not_taken) => self.later(&due, &not_taken).await?,
        }
        Ok(true)
    }

    async fn later(&self, due: &Due, not_taken: &NotTaken) -> sqlx::Result<()> {
        let (channel, why) = (&self.channel.id, &not_taken.why);
        let now = clock::now();
        if due.made + GIVEN_UP <= now {
            tracing::error!(channel, message = due.id, tries = due.tries + 1, why, "notifications: given up");
            metrics().notified(channel, "given_up");
            return self.outbox.done(&due.id).await;
        }
        let rest = LONGEST.min(FIRST << due.tries.clamp(0, 16)).max(not_taken.rest.unwrap_or_default().min(ASKED));
        tracing::warn!(channel, message = due.id, tries = due.tries + 1, why, again_in_ms = rest, "notifications: not taken");
        metrics().notified(channel, "failed");
        self.outbox.failed(&due.id, now + rest).await
    }
}
