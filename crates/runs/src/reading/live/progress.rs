//! How far a decision has got: recorded, resumed, next step started. Three facts with three times, each when it was seen.

use crate::model::review::Decision;
use crate::model::status::{Status, StatusKind};
use crate::model::{RunDetail, Step};
use crate::value::time::Timestamp;
use std::collections::BTreeSet;

/// A decision that nobody confirmed for so long is "not confirmed yet", in milliseconds.
const LATE: u64 = 30_000;

#[derive(Clone, Debug, PartialEq)]
pub struct Progress {
    pub sent: Timestamp,
    /// The vendor has the decision.
    pub recorded: Option<Timestamp>,
    /// The run left the review.
    pub resumed: Option<Timestamp>,
    /// A step that had not started before: its name and when.
    pub next_step: Option<(String, Timestamp)>,
    /// The run ended.
    pub ended: Option<(Status, Timestamp)>,
    review: String,
    /// Tries that had started before the decision.
    started: BTreeSet<String>,
}

impl Progress {
    /// `review` is the waiting node, task or review; `before` the run as it was when the decision was sent.
    pub fn start(before: &RunDetail, review: &str, sent: Timestamp) -> Self {
        // One by one: collecting a set would bring in a sort of its own.
        let mut started = BTreeSet::new();
        for step in before.steps.iter().filter(|step| has_started(step)) {
            started.insert(step.id.clone());
        }
        Self { sent, recorded: None, resumed: None, next_step: None, ended: None, review: review.into(), started }
    }

    /// The vendor confirmed the decision.
    pub fn decided(&mut self, decision: &Decision, now: Timestamp) {
        self.recorded.get_or_insert(decision.at.unwrap_or(now));
        if let Some(applied) = decision.applied_at {
            self.resumed.get_or_insert(applied);
        }
    }

    /// Takes in a later answer about the run. What was seen once stays. That the run went on does not prove whose decision
    /// it was: only [`Progress::decided`] records one.
    pub fn see(&mut self, run: &RunDetail, now: Timestamp) {
        let status = &run.run.status;
        let next = run.steps.iter().filter(|step| self.is_news(step)).min_by_key(|step| step.started_at.unwrap_or(now));
        if let Some(next) = next {
            self.next_step.get_or_insert((next.name.clone(), next.started_at.unwrap_or(now)));
        }
        if status.kind.is_final() {
            self.ended.get_or_insert((status.clone(), run.run.finished_at.unwrap_or(now)));
        } else if self.ended.is_some() && status.kind != StatusKind::Unknown {
            // Rerun under its id.
            self.ended = None;
        }
        if self.next_step.is_some() || self.ended.is_some() || self.left(run) {
            self.resumed.get_or_insert(now);
        }
    }

    /// Sent a while ago, and still nobody confirmed it.
    pub fn late(&self, now: Timestamp) -> bool {
        self.recorded.is_none() && now.since(self.sent) >= LATE
    }

    /// Nothing more to wait for.
    pub fn settled(&self) -> bool {
        self.next_step.is_some() || self.ended.is_some()
    }

    fn is_news(&self, step: &Step) -> bool {
        has_started(step) && !self.started.contains(&step.id) && step.node != self.review && step.id != self.review
    }

    /// Whether the run waits here no more. A status that says nothing about it is no evidence.
    fn left(&self, run: &RunDetail) -> bool {
        let here = run.reviews.iter().any(|review| review.id == self.review) || run.run.waiting_on.contains(&self.review);
        match run.run.status.kind {
            StatusKind::Running => !here,
            // It waits at another step.
            StatusKind::Waiting => !here && (!run.reviews.is_empty() || !run.run.waiting_on.is_empty()),
            _ => false,
        }
    }
}

fn has_started(step: &Step) -> bool {
    step.started_at.is_some() && step.status.kind != StatusKind::Skipped
        || matches!(step.status.kind, StatusKind::Running | StatusKind::Waiting | StatusKind::Completed | StatusKind::Failed)
}
