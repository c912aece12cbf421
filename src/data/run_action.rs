//! What is done to runs: carries `runs::deciding::bulk`, for one run or for many.

use super::{Connection, Learned};
use crate::net::{self, Scope};
use crate::platform::{clock, page, storage};
use leptos::prelude::*;
use runs::adapters::RunRef;
use runs::deciding::bulk::{Case, Pause, Turn, Verb};
use runs::model::Run;
use runs::{ApiError, Timestamp};
use std::cell::RefCell;
use std::sync::Arc;

/// Pauses before a run that was rerun is read, in milliseconds.
const LOOKS: [u32; 8] = [0, 1_000, 2_000, 3_000, 5_000, 10_000, 20_000, 30_000];
/// A key whose outcome is not known is used again for so long, also after a reload.
const KEY_LASTS: u64 = 60 * 60 * 1_000;

pub(super) const KEPT: &str = "acting.";

/// One action on one run.
pub struct RunAction {
    pub connection: Connection,
    pub run: RunRef,
    /// One idempotency key until the outcome is known.
    key: String,
    pub case: ArcRwSignal<Case>,
}

impl RunAction {
    fn new(connection: Connection, verb: Verb, run: Run) -> Self {
        let reference = RunRef { id: run.id.clone(), flow: Some(run.flow.clone()) };
        let key = kept_key(&kept_as(&connection, verb, &run.id)).unwrap_or_else(page::random_key);
        let repeatable = verb.operation(connection.dialect.run_adapter(), &reference, &key).repeatable();
        let case = Case::new(verb, connection.dialect.adapter().capabilities(), run, repeatable);
        Self { connection, run: reference, key, case: ArcRwSignal::new(case) }
    }

    fn is(&self, connection: &Connection, verb: Verb, run: &str) -> bool {
        self.connection.id == connection.id && self.run.id == run && self.verb() == verb
    }

    fn verb(&self) -> Verb {
        self.case.with_untracked(|case| case.verb)
    }

    /// From its turn to its end. `ready` is awaited before each request; `moved` is called after each answer, with the pause that the
    /// vendor wants.
    pub async fn follow(&self, learned: Learned, ready: impl AsyncFn(), moved: impl Fn(Pause)) {
        let (connection, adapter, verb) = (&self.connection.id, self.connection.dialect.run_adapter(), self.verb());
        let kept_as = kept_as(&self.connection, verb, &self.run.id);
        while let Some(turn) = self.case.with_untracked(Case::turn) {
            ready().await;
            // Somebody may have stopped it meanwhile.
            if self.case.with_untracked(Case::turn) != Some(turn) {
                continue;
            }
            let mut pause = None;
            match turn {
                Turn::Read(after) => {
                    clock::sleep(after).await;
                    let answer = net::read(connection, adapter.get_status(&self.run), &Scope::new().fresh()).await;
                    learned.answered(connection, &self.run.id, answer.as_ref());
                    self.case.update(|case| pause = case.read(answer));
                }
                Turn::Send(after) => {
                    clock::sleep(after).await;
                    if self.case.with_untracked(Case::is_repeatable) {
                        storage::set(&kept_as, &format!("{} {}", clock::now().0, self.key));
                    }
                    let answer = net::write(connection, verb.operation(adapter, &self.run, &self.key), None).await;
                    self.case.update(|case| pause = case.sent(answer));
                }
            }
            moved(pause);
        }
        if self.case.with_untracked(Case::is_known) {
            storage::remove(&kept_as);
        }
    }

    /// What was done is known in every list; what the vendor makes of it is read, again while the run looks finished: some take the word and
    /// let the run go on a moment later. Whether it was seen to go on; `looked` is called after each look.
    pub async fn learn(&self, learned: Learned, looked: impl Fn()) -> bool {
        let verb = self.verb();
        if verb == Verb::Delete {
            learned.deleted(&self.connection.id, &self.run.id);
            looked();
            return false;
        }
        let looks = if verb == Verb::Rerun { LOOKS.len() } else { 1 };
        for pause in LOOKS.into_iter().take(looks) {
            clock::sleep(pause).await;
            learned.look_up(&self.connection, &self.run, &Scope::new()).await;
            looked();
            if learned.when(&self.connection.id, &self.run.id).is_some_and(|(_, goes_on)| goes_on) {
                return true;
            }
        }
        false
    }
}

/// Actions whose outcome is not known yet, so that whoever asks for the same again goes on with it.
pub struct RunActions {
    open: RefCell<Vec<Arc<RunAction>>>,
}

impl Default for RunActions {
    fn default() -> Self {
        // Those of earlier days go.
        for name in storage::keys(KEPT) {
            kept(&name);
        }
        Self { open: RefCell::default() }
    }
}

impl RunActions {
    /// The one that is under way or not confirmed; else a new one.
    pub fn of(&self, connection: &Connection, verb: Verb, run: &Run) -> Arc<RunAction> {
        let mut open = self.open.borrow_mut();
        open.retain(|action| action.case.with_untracked(Case::is_open));
        if let Some(action) = open.iter().find(|action| action.is(connection, verb, &run.id)) {
            return Arc::clone(action);
        }
        let action = Arc::new(RunAction::new(connection.clone(), verb, run.clone()));
        open.push(Arc::clone(&action));
        action
    }

    /// Since when such an action is not confirmed, where doing it again sends the same once more; and what came in place of an answer,
    /// unless the page was loaded again since.
    pub fn unconfirmed(&self, connection: &Connection, verb: Verb, run: &str) -> Option<(Timestamp, Option<ApiError>)> {
        let (since, _) = kept(&kept_as(connection, verb, run))?;
        let open = self.open.borrow();
        let same = open.iter().find(|action| action.is(connection, verb, run));
        Some((since, same.and_then(|action| action.case.with_untracked(|case| case.no_answer().cloned()))))
    }
}

fn kept_as(connection: &Connection, verb: Verb, run: &str) -> String {
    format!("{KEPT}{}.{run}.{}", connection.id, verb.word())
}

pub(super) fn kept(name: &str) -> Option<(Timestamp, String)> {
    let (at, key) = storage::get(name)?.split_once(' ').map(|(at, key)| (at.parse().ok(), key.to_owned()))?;
    let at = Timestamp(at?);
    if clock::now().since(at) > KEY_LASTS {
        storage::remove(name);
        return None;
    }
    Some((at, key))
}

fn kept_key(name: &str) -> Option<String> {
    kept(name).map(|(_, key)| key)
}
