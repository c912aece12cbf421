//! Starting a run, from the person's word to its end.
//!
//! The newest runs of the flow are read before it is sent, so that after a lost answer those that began since can be told. Where the
//! vendor takes the same start only once it is then sent again with its key; elsewhere nothing is sent until somebody has seen what
//! began since and wants another one.

use super::bulk::{LOOKS, Turn};
use crate::model::{Numbering, Page, Run};
use crate::value::time::Timestamp;
use crate::wire::error::{ApiError, ErrorKind};

#[derive(Clone, Debug, PartialEq)]
pub enum Phase {
    /// The newest runs are read before anything is sent.
    Checking,
    /// An earlier one is not confirmed: whether to send another is for the person to say.
    Asking,
    Sending,
    /// Nobody knows yet whether it arrived; how often that was looked into.
    Looking(usize),
    Ended(Ended),
}

#[derive(Clone, Debug, PartialEq)]
pub enum Ended {
    Came(Box<Run>),
    Refused(ApiError),
    /// Nothing was sent.
    NotSent(ApiError),
    /// It may have started.
    Unconfirmed,
}

/// What the newest run was before the start was sent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Before {
    pub newest: Option<Timestamp>,
    /// The runs that there were, as far as they were read.
    pub runs: Vec<String>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Start {
    /// The vendor takes it once, however often it is sent.
    repeatable: bool,
    pub phase: Phase,
    before: Before,
    /// It was sent, and nobody knows whether it arrived.
    lost: bool,
    /// What came in place of an answer.
    no_answer: Option<ApiError>,
    /// Runs of the flow that began since, each with its number; `None`: they were not read.
    begun: Option<Vec<(Option<u64>, Run)>>,
    newest: Before,
}

impl Start {
    /// `repeatable`: [`Operation::repeatable`](crate::Operation::repeatable) of the write.
    pub fn new(repeatable: bool) -> Self {
        Self {
            repeatable,
            phase: Phase::Checking,
            before: Before::default(),
            lost: false,
            no_answer: None,
            begun: None,
            newest: Before::default(),
        }
    }

    /// One of an earlier visit, of which nobody knows what became.
    pub fn unconfirmed(repeatable: bool, before: Before) -> Self {
        Self { phase: Phase::Ended(Ended::Unconfirmed), before, lost: true, ..Self::new(repeatable) }
    }

    pub const fn before(&self) -> &Before {
        &self.before
    }

    /// Runs of the flow that began since it was sent; `None`: they were not read.
    pub fn begun(&self) -> Option<&[(Option<u64>, Run)]> {
        self.begun.as_deref()
    }

    /// What came in place of an answer, unless it was in an earlier visit.
    pub const fn no_answer(&self) -> Option<&ApiError> {
        self.no_answer.as_ref()
    }

    pub const fn is_under_way(&self) -> bool {
        matches!(self.phase, Phase::Checking | Phase::Sending | Phase::Looking(_))
    }

    /// Whether its outcome is not known, so that the next start of this flow has to do with it.
    pub const fn is_open(&self) -> bool {
        !matches!(self.phase, Phase::Ended(Ended::Came(_) | Ended::Refused(_) | Ended::NotSent(_)))
    }

    /// It is wanted once more after an unknown outcome; `same`: with the same content. Whether the earlier key goes with it.
    pub fn again(&mut self, same: bool) -> bool {
        if !matches!(self.phase, Phase::Asking | Phase::Ended(Ended::Unconfirmed)) {
            return false;
        }
        let repeats = same && self.repeatable;
        self.phase = if repeats { Phase::Sending } else { Phase::Checking };
        repeats
    }

    /// Whoever was asked has seen what began since, and wants another one.
    pub fn confirm(&mut self) {
        if self.phase == Phase::Asking {
            self.lost = false;
            self.no_answer = None;
            self.before = std::mem::take(&mut self.newest);
            self.phase = Phase::Sending;
        }
    }

    pub fn decline(&mut self) {
        if self.phase == Phase::Asking {
            self.phase = Phase::Ended(Ended::Unconfirmed);
        }
    }

    /// What is to be done next: [`Turn::Read`] reads the newest runs of the flow.
    pub fn turn(&self) -> Option<Turn> {
        Some(match self.phase {
            Phase::Checking => Turn::Read(0),
            Phase::Sending => Turn::Send(0),
            Phase::Looking(at) => Turn::looking(at, self.repeatable),
            Phase::Asking | Phase::Ended(_) => return None,
        })
    }

    /// The newest runs of the flow were read.
    pub fn read(&mut self, answer: Result<Page<Run>, ApiError>) {
        match (&self.phase, answer) {
            (Phase::Checking, Ok(page)) if self.lost => {
                self.look_at(page);
                self.phase = Phase::Asking;
            }
            (Phase::Checking, Ok(page)) => {
                self.before = seen(&page);
                self.phase = Phase::Sending;
            }
            (Phase::Checking, Err(_)) if self.lost => {
                self.begun = None;
                self.phase = Phase::Ended(Ended::Unconfirmed);
            }
            (Phase::Checking, Err(error)) => self.phase = Phase::Ended(Ended::NotSent(error)),
            (Phase::Looking(at), answer) => {
                let at = *at;
                if let Ok(page) = answer {
                    self.look_at(page);
                }
                let some = self.begun.as_ref().is_some_and(|begun| !begun.is_empty());
                self.phase = if some { Phase::Ended(Ended::Unconfirmed) } else { look(at + 1) };
            }
            _ => {}
        }
    }

    /// The start was answered, or not.
    pub fn sent(&mut self, answer: Result<Run, ApiError>) {
        let tried = match self.phase {
            Phase::Sending => 0,
            Phase::Looking(at) => at + 1,
            _ => return,
        };
        self.phase = match answer {
            Ok(run) => Phase::Ended(Ended::Came(Box::new(run))),
            Err(error) if error.outcome_unknown() => {
                self.lost = true;
                self.no_answer = Some(error);
                self.begun = None;
                look(tried)
            }
            // A refusal of the second try says nothing about the first.
            Err(_) if self.lost => Phase::Ended(Ended::Unconfirmed),
            Err(error) if error.not_sent() || error.kind == ErrorKind::RateLimited => Phase::Ended(Ended::NotSent(error)),
            Err(error) => Phase::Ended(Ended::Refused(error)),
        };
    }

    fn look_at(&mut self, page: Page<Run>) {
        self.newest = seen(&page);
        let numbering = page.first_number;
        let number = |at: usize, run: &Run| match numbering {
            Numbering::Native => run.number,
            Numbering::From(first) => first.checked_sub(at as u64).filter(|number| *number > 0),
            Numbering::Underivable(_) => None,
        };
        let before = &self.before;
        // One that moved up into the page because a later one was deleted is older than those that were seen.
        let since = |run: &Run| run.created_at.zip(before.newest).is_none_or(|(at, newest)| at >= newest);
        let begun = page.items.into_iter().enumerate().map(|(at, run)| (number(at, &run), run));
        self.begun = Some(begun.filter(|(_, run)| run.named() && !before.runs.contains(&run.id) && since(run)).collect());
    }
}

fn seen(page: &Page<Run>) -> Before {
    Before { newest: page.items.iter().filter_map(|run| run.created_at).max(), runs: page.items.iter().map(|run| run.id.clone()).collect() }
}

const fn look(at: usize) -> Phase {
    if at < LOOKS.len() { Phase::Looking(at) } else { Phase::Ended(Ended::Unconfirmed) }
}
