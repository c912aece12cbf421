//! What must hold after each step.

use super::*;

impl Episode {
    /// What must hold after every step.
    pub(super) async fn check(&mut self, arrived: usize) {
        if self.network.arrived.len() > arrived {
            self.look_at_the_record().await;
        }
        for who in 0..2 {
            let Some(case) = self.people[who].tab.as_ref().and_then(|tab| tab.case.clone()) else { continue };
            let shown = Some((case.intent.key.clone(), case.phase.clone()));
            if self.shown[who] != shown {
                self.shown[who] = shown;
                self.judge(who, &case).await;
            }
        }
        while self.judged < self.network.arrived.len() {
            let write = self.network.arrived[self.judged].clone();
            self.judged += 1;
            if self.is_decision(&write) && self.network.arrived[..self.judged - 1].iter().any(|earlier| self.is_decision(earlier)) {
                self.fail("a decision was applied twice");
            }
        }
        for (tag, why) in &self.denied {
            if self.network.arrived.iter().any(|write| write.tag == *tag && self.is_decision(write)) {
                self.fail(&format!("reviewer {} was told that nothing was recorded ({why}), and it was", tag.reviewer));
            }
        }
    }

    /// Whether this write is the one that the vendor took as the decision.
    pub(super) fn is_decision(&self, write: &crate::network::Arrived) -> bool {
        let answer: Json = serde_json::from_str(&write.body).unwrap_or_default();
        (200..300).contains(&write.status)
            && match self.dialect {
                Dialect::Retab => answer.get("submission_status").and_then(Json::as_str) == Some("accepted"),
                // A decision that another one came before is told with 200 as well.
                Dialect::RetabReviews => answer.get("submission_status").and_then(Json::as_str) == Some("accepted"),
                Dialect::SuperAi => write.call.ends_with("/complete"),
                _ => false,
            }
    }

    /// The first decision stands for ever.
    pub(super) async fn look_at_the_record(&mut self) {
        let now = match self.ask().await.map(|review| review.state) {
            Some(ReviewState::Decided(decision)) => Some(decision),
            _ => None,
        };
        match (&self.recorded, now) {
            (None, now) => self.recorded = now,
            (Some(first), Some(now)) if same_decision(first, &now) => {}
            (Some(first), now) => self.fail(&format!("the record changed from {first:?} to {now:?}")),
        }
    }

    /// Whether what is recorded is what the person said.
    pub(super) fn says(&self, who: usize, intent: &Intent, decision: &Decision) -> bool {
        let Some(said) = self.people[who].said.get(&intent.key) else { self.fail(&format!("nobody decided {intent:?}")) };
        let Choice { approve, data, reason } = said;
        let recorded = decision.data.as_ref().unwrap_or(&self.original);
        let reasoned = *approve || !self.people[who].needs_reason() || decision.reason == *reason;
        decision.approved == Some(*approve) && covers(recorded, data) && reasoned
    }

    pub(super) async fn judge(&mut self, who: usize, case: &Case) {
        match &case.phase {
            Phase::Held { .. } | Phase::Preparing | Phase::Sending => {}
            Phase::Unconfirmed { .. } => self.note("not confirmed"),
            Phase::Dropped => {}
            Phase::Unlogged(_) => self.deny(who, "not logged"),
            Phase::Failed(error) => {
                self.note("nothing recorded");
                self.deny(who, &format!("failed: {error:?}"));
            }
            Phase::Came(outcome) => {
                // Where the record was not read since, it is read now.
                if self.recorded.is_none() {
                    self.look_at_the_record().await;
                }
                self.judge_outcome(who, case, outcome);
            }
        }
    }

    pub(super) fn judge_outcome(&mut self, who: usize, case: &Case, outcome: &Outcome) {
        let recorded = self.recorded.clone();
        match outcome {
            Outcome::Accepted(_) | Outcome::AlreadyMine(_) => {
                self.note(if matches!(outcome, Outcome::Accepted(_)) { "accepted" } else { "already mine" });
                if !recorded.is_some_and(|recorded| self.says(who, &case.intent, &recorded)) {
                    self.fail(&format!("reviewer {who} was told that {:?} was recorded", case.intent));
                }
            }
            Outcome::DecidedByAnother(shown) => {
                self.note("decided by another");
                match recorded {
                    Some(recorded) if same_decision(&recorded, shown) && !self.says(who, &case.intent, &recorded) => {}
                    _ => self.fail(&format!("reviewer {who} was told of another decision: {shown:?}, not {:?}", case.intent)),
                }
            }
            Outcome::NoLongerWaiting(status) => {
                self.note("no longer waiting");
                if recorded.is_some() {
                    self.fail(&format!("reviewer {who} was told that no decision can be read: {status:?}"));
                }
                self.deny(who, "no longer waiting");
            }
            Outcome::Changed(_) | Outcome::Invalid { .. } | Outcome::NotPermitted { .. } => {
                self.note(match outcome {
                    Outcome::Changed(_) => "content changed",
                    Outcome::Invalid { .. } => "refused as invalid",
                    _ => "nothing recorded",
                });
                self.deny(who, &format!("{outcome:?}"));
            }
            Outcome::NotConfirmed { .. } => self.fail("not confirmed is no end"),
        }
    }
}
