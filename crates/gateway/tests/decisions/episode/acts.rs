//! What a reviewer does, and what comes back.

use super::*;

impl Episode {
    pub(super) async fn open(&mut self, who: usize) {
        let operation = self.dialect.run_adapter().get_review(&self.place.run, &self.place.review);
        if let Ok(review) = self.whole(who, operation).await {
            self.restored(who, &review);
            let waits = review.state == ReviewState::Open;
            let pending = self.people[who].has_pending();
            self.people[who].open(review);
            let taken_up = self.people[who].tab.as_ref().is_some_and(|tab| tab.case.is_some());
            if pending && !taken_up && !waits {
                self.fail(&format!("reviewer {who}: what was being sent is forgotten after opening again"));
            }
            self.tell(who, format!("opens, taken up: {taken_up}"));
        }
    }

    /// The draft that comes back has every edit that was old enough.
    pub(super) fn restored(&mut self, who: usize, review: &Review) {
        let person = &self.people[who];
        let Some(text) = person.storage.get(&review.pin.digest) else { return };
        let kept = Kept::read(text).unwrap();
        let mut page = Reviewer::new(9, self.dialect);
        page.storage.clone_from(&person.storage);
        page.open(review.clone());
        let shown = page.tab.as_ref().map(|tab| tab.draft.value().clone());
        if shown.as_ref() != kept.draft.get("value") {
            self.fail(&format!("reviewer {who}: kept {:?}, shown {shown:?}", kept.draft));
        }
    }

    /// Carries a read to its end in one step.
    pub(super) async fn whole<T>(&mut self, who: usize, operation: Operation<T>) -> Result<T, runs::ApiError> {
        let mut flight = Flight::of(operation);
        loop {
            match flight {
                Flight::Over(result) => return result,
                under => flight = under.go_on(&mut self.network, Tag { reviewer: who, attempt: 0 }, true).await,
            }
        }
    }

    pub(super) fn next_event(&mut self, who: usize) {
        let works = !self.rng.chance(3);
        let person = &mut self.people[who];
        if let Some(event) = person.tab.as_mut().and_then(|tab| tab.events.pop_front()) {
            person.on(event, self.now, works);
        }
    }

    pub(super) fn timer(&mut self, who: usize) {
        let tab = self.people[who].tab.as_mut().unwrap();
        let at = (0..tab.timers.len()).min_by_key(|at| tab.timers[*at].0).unwrap();
        let (due, number) = tab.timers.swap_remove(at);
        let wait = (due - self.now).max(0);
        self.pass(wait);
        self.on(who, Event::Elapsed(number));
    }

    pub(super) fn on(&mut self, who: usize, event: Event) {
        let works = !self.rng.chance(3);
        self.people[who].on(event, self.now, works);
    }

    /// Goes on with something that is on its way, by one try of one request or by a whole turn: others may come between.
    pub(super) async fn turn(&mut self, who: usize) {
        let tag = Tag { reviewer: who, attempt: self.people[who].attempt };
        let count = self.people[who].tab.as_ref().unwrap().running.len();
        let at = self.rng.below(count);
        let whole = self.network.calm || self.rng.chance(60);
        let running = self.people[who].tab.as_mut().unwrap().running.swap_remove(at);
        let still = match running {
            Running::Decide(flight) => match flight.go_on(&mut self.network, tag, whole).await {
                Flight::Over(result) => {
                    self.tell(who, format!("answer: {result:?}"));
                    return self.on(who, Event::Sent(result));
                }
                under => Running::Decide(under),
            },
            Running::Confirm(number, flight) => match flight.go_on(&mut self.network, tag, whole).await {
                Flight::Over(result) => {
                    self.tell(who, format!("looked: {result:?}"));
                    return self.on(who, Event::Looked(number, result));
                }
                under => Running::Confirm(number, under),
            },
            Running::Run(flight) => match flight.go_on(&mut self.network, tag, whole).await {
                Flight::Over(result) => return self.on(who, Event::Run(result.ok().map(Box::new))),
                under => Running::Run(Box::new(under)),
            },
        };
        self.people[who].tab.as_mut().unwrap().running.push(still);
    }

    pub(super) fn edit(&mut self, who: usize) {
        let path = *self.rng.pick(PATHS);
        let number = self.rng.below(100_000);
        let typed = if path.ends_with("total") { format!("{}.{:02}0", number / 100, number % 100) } else { format!("text {}", number % 7) };
        if self.people[who].edit(path, &typed, self.now) {
            self.note("edit");
            self.tell(who, format!("types {typed} into {path}"));
        }
    }

    pub(super) fn decide(&mut self, who: usize) {
        let (approve, window) = (self.rng.chance(70), *self.rng.pick(&[0, 8_000]));
        // The page asks for a reason where it is needed; what would come past it must be refused.
        let reason = *self.rng.pick(&[Some("It is wrong"), Some("It is wrong"), Some("The total differs"), None]);
        if self.people[who].decide(approve, reason, window, self.now) {
            self.note(if approve { "decision: approve" } else { "decision: reject" });
            self.note(&format!("decision in {}", self.dialect.slug()));
            self.tell(who, format!("decides, approve: {approve}, reason: {reason:?}, window: {window}"));
        }
    }

    /// A button that the page offers where the decision stands.
    pub(super) fn press(&mut self, who: usize) {
        let event = match self.people[who].phase() {
            Some(Phase::Held { .. }) => Event::Undo,
            Some(Phase::Unconfirmed { asking: false, .. }) => {
                self.rng.pick(&[Event::CheckAgain, Event::SendAgain, Event::SendAgain, Event::GiveUp]).clone()
            }
            Some(Phase::Came(_)) => Event::WatchAgain,
            _ => return,
        };
        self.tell(who, format!("presses {event:?}"));
        match event {
            Event::Undo => self.note("undone"),
            Event::SendAgain => self.note("sent again"),
            Event::GiveUp => self.note("given up"),
            _ => {}
        }
        let undo = matches!(event, Event::Undo);
        self.on(who, event);
        if undo {
            self.deny(who, "undone");
        }
    }

    pub(super) fn reload(&mut self, who: usize) {
        self.note("reload");
        self.tell(who, "reloads");
        let person = &mut self.people[who];
        person.save(self.now, true);
        self.kept(who, i64::MAX);
        self.people[who].tab = None;
    }

    pub(super) fn crash(&mut self, who: usize) {
        self.note("crash");
        self.tell(who, "crashes");
        self.kept(who, self.now - SAFE_AFTER);
        let person = &mut self.people[who];
        person.tab = None;
        // The youngest edits went with the tab, and nobody expects them again.
        let kept: Vec<Json> = person.storage.values().filter_map(|text| Kept::read(text)?.draft.get("value").cloned()).collect();
        let last = person.edits.iter().rposition(|(_, value)| kept.contains(value));
        person.edits.truncate(last.map_or(0, |last| last + 1));
    }

    /// What the browser keeps has every edit up to this time.
    pub(super) fn kept(&self, who: usize, until: i64) {
        let person = &self.people[who];
        let Some(needed) = person.edits.iter().rposition(|(at, _)| *at <= until) else { return };
        let value = |text: &String| Kept::read(text).unwrap().draft.get("value").cloned().unwrap();
        let good = person.storage.values().map(value).any(|value| person.edits[needed..].iter().any(|(_, edited)| *edited == value));
        // Edits that were all taken back say nothing, and nothing is kept of them.
        let nothing = person.tab.as_ref().is_some_and(|tab| tab.draft.count() == 0);
        if !good && !nothing {
            self.fail(&format!("reviewer {who}: an edit is lost: {:?} of {:?}", person.storage, person.edits));
        }
    }

    /// The page reads the review again by itself; the person takes newer data over.
    pub(super) async fn look_again(&mut self, who: usize) {
        if self.people[who].locked() {
            return;
        }
        let operation = self.dialect.run_adapter().get_review(&self.place.run, &self.place.review);
        let Ok(now) = self.whole(who, operation).await else { return };
        let changed = self.people[who].tab.as_ref().is_some_and(|tab| tab.read.pin != now.pin && now.state == ReviewState::Open);
        if changed {
            self.tell(who, "takes the new data over");
            self.people[who].save(self.now, true);
            self.people[who].open(now);
        }
    }

    pub(super) fn deny(&mut self, who: usize, why: &str) {
        let attempts = self.people[who].tab.as_ref().map(|tab| tab.attempts.clone()).unwrap_or_default();
        for attempt in attempts {
            let tag = Tag { reviewer: who, attempt };
            if !self.denied.iter().any(|(known, _)| *known == tag) {
                self.denied.push((tag, why.to_owned()));
            }
        }
    }
}
