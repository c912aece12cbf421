//! Polling after a decision: for its confirmation, and for the run to resume.

use super::{Awaiting, Case, Effect, News, Phase, settles};
use crate::model::RunDetail;
use crate::model::review::Outcome;
use crate::reading::live::Progress;
use crate::value::time::Timestamp;
use crate::wire::error::ApiError;

/// Waits between the readings that look for a decision nobody confirmed, in milliseconds: about two minutes.
const CONFIRM: &[u32] = &[1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000];
pub(super) const CONFIRM_AGAIN: &[u32] = &[0, 2_000, 4_000];
/// Waits between the readings of a run that was decided, in milliseconds: beyond 30 s it is "not confirmed yet".
const WATCH: &[u32] = &[700, 800, 1_000, 1_000, 1_500, 2_000, 2_000, 3_000, 3_000, 4_000, 5_000, 6_000];

impl Case {
    pub(super) fn lost(&mut self, detail: String, request_id: Option<String>) -> Vec<Effect> {
        self.doubted = true;
        self.phase = Phase::Unconfirmed { detail, request_id, asking: true };
        let mut effects = self.look(CONFIRM);
        effects.push(Effect::Tell(News::Unconfirmed));
        effects
    }

    pub(super) fn look(&mut self, plan: &'static [u32]) -> Vec<Effect> {
        if let Phase::Unconfirmed { asking, .. } = &mut self.phase {
            *asking = true;
        }
        self.seen_closed = false;
        self.next_look(plan, 0)
    }

    pub(super) fn next_look(&mut self, plan: &'static [u32], next: usize) -> Vec<Effect> {
        match plan.get(next) {
            Some(millis) => {
                self.awaiting = Awaiting::Confirming { plan, next };
                vec![self.wait(*millis)]
            }
            None => {
                self.await_nothing();
                match (&mut self.phase, self.unsent.take()) {
                    (Phase::Unconfirmed { asking, .. }, _) => {
                        *asking = false;
                        Vec::new()
                    }
                    // Found closed once, and then nothing could be read.
                    (_, Some(status)) => self.settle(Outcome::NoLongerWaiting(status), self.sent),
                    (phase, None) => {
                        *phase = Phase::Unconfirmed { detail: String::new(), request_id: None, asking: false };
                        vec![Effect::Tell(News::Unconfirmed)]
                    }
                }
            }
        }
    }

    pub(super) fn looked(&mut self, result: Result<Outcome, ApiError>, plan: &'static [u32], next: usize, now: Timestamp) -> Vec<Effect> {
        match result {
            // The parts of one reading are not of one moment: a decision may have come between them.
            Ok(Outcome::NoLongerWaiting(_)) if !self.seen_closed => {
                self.seen_closed = true;
                self.awaiting = Awaiting::Confirming { plan, next };
                vec![self.wait(0)]
            }
            Ok(outcome) if settles(&outcome) => self.settle(outcome, now),
            Ok(_) | Err(_) => {
                self.seen_closed = false;
                match self.unsent.take_if(|_| result.is_ok()) {
                    // No decision is recorded, and this one was not sent: the run is about to end.
                    Some(status) => self.settle(Outcome::NoLongerWaiting(status), now),
                    None => self.next_look(plan, next + 1),
                }
            }
        }
    }

    pub(super) fn watch(&mut self) -> Vec<Effect> {
        self.watched = true;
        self.next_watch(0)
    }

    fn next_watch(&mut self, next: usize) -> Vec<Effect> {
        match WATCH.get(next) {
            Some(millis) => {
                self.awaiting = Awaiting::Watching { next };
                vec![self.wait(*millis)]
            }
            None => {
                self.await_nothing();
                self.watched = false;
                vec![Effect::Recount]
            }
        }
    }

    pub(super) fn saw(&mut self, run: Option<&RunDetail>, next: usize, now: Timestamp) -> Vec<Effect> {
        if let (Some(run), Some(progress)) = (run, &mut self.progress) {
            progress.see(run, now);
        }
        let done = self.progress.as_ref().is_none_or(Progress::settled);
        self.next_watch(if done { WATCH.len() } else { next + 1 })
    }
}
