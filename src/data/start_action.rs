//! Starting runs: carries `runs::deciding::start`.

use super::Connection;
use super::run_action::{KEPT, kept};
use crate::net::{self, Scope};
use crate::platform::{clock, page, storage};
use leptos::prelude::*;
use runs::Timestamp;
use runs::adapters::StartRequest;
use runs::adapters::query::RunQuery;
use runs::deciding::bulk::Turn;
use runs::deciding::start::{Before, Start};
use std::cell::RefCell;
use std::sync::Arc;

/// So many of the newest runs are read.
const NEWEST: u32 = 25;

/// A start as it was last sent.
#[derive(Clone, Default)]
struct Sent {
    at: Option<Timestamp>,
    /// One idempotency key until the outcome is known.
    key: String,
    digest: String,
}

/// One start of one flow.
pub struct StartAction {
    connection: Connection,
    flow: String,
    sent: ArcStoredValue<Sent>,
    pub start: ArcRwSignal<Start>,
    /// Of the upload; `None` once all of it is sent.
    pub percent: ArcRwSignal<Option<u32>>,
}

impl StartAction {
    /// The state and the key of an earlier visit, if nobody knows what became of it.
    fn kept(connection: &Connection, flow: &str) -> Option<Self> {
        let (at, kept) = kept(&kept_as(connection, flow))?;
        let mut parts = kept.splitn(4, ' ');
        let (key, digest, newest, run) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
        let before = Before { newest: newest.parse().ok().map(Timestamp), runs: vec![run.to_owned()] };
        let sent = Sent { at: Some(at), key: key.into(), digest: digest.into() };
        Some(Self::of(connection, flow, sent, Start::unconfirmed(is_repeatable(connection, flow), before)))
    }

    fn of(connection: &Connection, flow: &str, sent: Sent, start: Start) -> Self {
        Self {
            connection: connection.clone(),
            flow: flow.into(),
            sent: ArcStoredValue::new(sent),
            start: ArcRwSignal::new(start),
            percent: ArcRwSignal::new(None),
        }
    }

    /// When it was last sent.
    pub fn sent_at(&self) -> Option<Timestamp> {
        self.sent.with_value(|sent| sent.at)
    }

    /// The earlier one is not confirmed: `request` is wanted.
    fn again(&self, request: &StartRequest) {
        let digest = request.digest();
        let same = self.sent.with_value(|sent| sent.digest == digest);
        self.start.update(|start| {
            start.again(same);
        });
    }

    /// Whoever was asked wants another one.
    pub fn confirm(&self) {
        self.sent.update_value(|sent| sent.key.clear());
        self.start.update(Start::confirm);
    }

    /// From its turn to its end, or until somebody has to be asked.
    pub async fn follow(&self, request: &StartRequest) {
        let (connection, kept_as) = (&self.connection, kept_as(&self.connection, &self.flow));
        while let Some(turn) = self.start.with_untracked(Start::turn) {
            match turn {
                Turn::Read(after) => {
                    clock::sleep(after).await;
                    // Numbers are for those that are told.
                    let plain = self.sent_at().is_none();
                    let query = RunQuery { flow: Some(self.flow.clone()), limit: NEWEST, plain, ..RunQuery::default() };
                    let answer = net::read(&connection.id, connection.dialect.adapter().list_runs(&query), &Scope::new().fresh()).await;
                    self.start.update(|start| start.read(answer));
                }
                Turn::Send(after) => {
                    clock::sleep(after).await;
                    let request = self.keyed(request);
                    storage::set(&kept_as, &self.kept_text());
                    let answer = net::write(&connection.id, connection.dialect.run_adapter().start(request), Some(self.progress())).await;
                    self.percent.set(None);
                    self.start.update(|start| start.sent(answer.map(|started| started.run)));
                }
            }
        }
        if !self.start.with_untracked(Start::is_open) {
            storage::remove(&kept_as);
        }
    }

    fn progress(&self) -> net::Progress {
        let told = self.percent.clone();
        told.set(Some(0));
        Box::new(move |sent, total| {
            let percent = if total > 0.0 { (sent / total * 100.0) as u32 } else { 100 };
            told.set((percent < 100).then_some(percent));
        })
    }

    /// With the key of the one before it, if that was the same and nobody knows what became of it.
    fn keyed(&self, request: &StartRequest) -> StartRequest {
        let digest = request.digest();
        self.sent.update_value(|sent| {
            if sent.key.is_empty() || sent.digest != digest {
                *sent = Sent { at: None, key: request.key.clone(), digest };
            }
            sent.at = sent.at.or_else(|| Some(clock::now()));
        });
        StartRequest { key: self.sent.with_value(|sent| sent.key.clone()), ..request.clone() }
    }

    fn kept_text(&self) -> String {
        let sent = self.sent.get_value();
        self.start.with_untracked(|start| {
            let before = start.before();
            let newest = before.newest.map_or_else(|| "-".to_owned(), |at| at.0.to_string());
            let run = before.runs.first().map_or("", String::as_str);
            format!("{} {} {} {newest} {run}", sent.at.unwrap_or_else(clock::now).0, sent.key, sent.digest)
        })
    }
}

/// Starts whose outcome is not known yet, so that whoever wants the same again goes on with it.
#[derive(Default)]
pub struct StartActions {
    open: RefCell<Vec<Arc<StartAction>>>,
}

impl StartActions {
    /// The one of this flow that is under way or not confirmed.
    pub fn open(&self, connection: &Connection, flow: &str) -> Option<Arc<StartAction>> {
        let mut open = self.open.borrow_mut();
        open.retain(|action| action.start.with_untracked(Start::is_open));
        if let Some(action) = open.iter().find(|action| action.connection.id == connection.id && action.flow == flow) {
            return Some(Arc::clone(action));
        }
        let action = Arc::new(StartAction::kept(connection, flow)?);
        open.push(Arc::clone(&action));
        Some(action)
    }

    /// The one to follow for this request: the open one once more, else a new one.
    pub fn of(&self, connection: &Connection, request: &StartRequest) -> Arc<StartAction> {
        if let Some(action) = self.open(connection, &request.flow) {
            action.again(request);
            return action;
        }
        let start = Start::new(is_repeatable(connection, &request.flow));
        let action = Arc::new(StartAction::of(connection, &request.flow, Sent::default(), start));
        self.open.borrow_mut().push(Arc::clone(&action));
        action
    }
}

/// Whether this vendor takes the same start only once: that does not hang on what it starts with.
fn is_repeatable(connection: &Connection, flow: &str) -> bool {
    let empty = StartRequest { flow: flow.into(), name: None, metadata: None, values: Vec::new(), key: page::random_key() };
    connection.dialect.run_adapter().start(empty).repeatable()
}

fn kept_as(connection: &Connection, flow: &str) -> String {
    format!("{KEPT}{}.{flow}.start", connection.id)
}
