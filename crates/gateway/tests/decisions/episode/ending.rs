//! How a review is brought to its end.

use super::*;

impl Episode {
    /// The line is well again: what is late arrives, both open the page, and each learns what became of the decision.
    pub(super) async fn finish(&mut self) {
        self.network.calm = true;
        let arrived = self.network.arrived.len();
        while !self.network.late.is_empty() {
            self.network.deliver_late().await;
        }
        self.check(arrived).await;
        for who in 0..2 {
            if self.people[who].tab.is_none() {
                self.open(who).await;
            }
            for turn in 0.. {
                if turn == LAST_TURNS {
                    self.fail(&format!("reviewer {who} never learns what became of the decision: {:?}", self.people[who].phase()));
                }
                let arrived = self.network.arrived.len();
                if !self.go_on(who).await {
                    break;
                }
                self.check(arrived).await;
            }
            if self.people[who].has_pending() && !matches!(self.people[who].phase(), None | Some(Phase::Dropped)) {
                self.fail(&format!("reviewer {who}: the outcome is known, and the decision still counts as being sent"));
            }
        }
    }

    /// What a person does with a decision that nobody confirms: sends it again, or, where that cannot be (the content is not what
    /// was decided on any more, or the reason is missing), stops looking for it and takes the content as it is now.
    pub(super) async fn settle_for_good(&mut self, who: usize) {
        let now = self.ask().await.filter(|now| now.state == ReviewState::Open);
        let changed = now.filter(|now| self.people[who].tab.as_ref().is_some_and(|tab| tab.read.pin != now.pin));
        let case = self.people[who].tab.as_ref().and_then(|tab| tab.case.as_ref());
        let sendable = case.is_none_or(|case| case.intent.approve || case.intent.reason.is_some() || !self.people[who].needs_reason());
        if sendable && changed.is_none() {
            self.note("sent again");
            self.on(who, Event::SendAgain);
        } else {
            self.note("given up for good");
            self.on(who, Event::GiveUp);
            if let Some(now) = changed {
                self.people[who].open(now);
            }
        }
    }

    /// One more turn to the end; `false`: this is it.
    pub(super) async fn go_on(&mut self, who: usize) -> bool {
        if let Some(event) = self.people[who].tab.as_mut().and_then(|tab| tab.events.pop_front()) {
            self.people[who].on(event, self.now, true);
        } else if !tab_running(&self.people[who]) {
            let Some(tab) = self.people[who].tab.as_ref() else { return false };
            let resting = matches!(tab.case.as_ref().map(|case| &case.phase), Some(Phase::Unconfirmed { asking: false, .. }));
            if !tab.timers.is_empty() {
                self.timer(who);
            } else if resting {
                self.settle_for_good(who).await;
            } else {
                return false;
            }
        } else {
            self.turn(who).await;
        }
        true
    }
}
