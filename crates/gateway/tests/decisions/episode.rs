//! One review, two reviewers, random steps, and what must hold after each.

use std::collections::BTreeMap;

use runs::deciding::decision::{Case, Event, Kept, Phase};
use runs::model::review::{Decision, Intent, Outcome, Review, ReviewState};
use runs::value::decimal::same_value;
use runs::{Dialect, ErrorKind, Json, Operation};

use crate::network::{Flight, Network, Tag};
use crate::reviewer::{Choice, Reviewer, Running};
use crate::rng::Rng;
use crate::world::{WaitingReview, World};

/// Steps with a review before it is brought to its end.
const STEPS: u64 = 120;
/// Turns that bringing it to its end may take.
const LAST_TURNS: usize = 1_000;
const PATHS: &[&str] = &["/invoice/total", "/note", "/invoice/vendor", "/purchase_order/total"];
/// An edit older than this must survive anything.
const SAFE_AFTER: i64 = 300;

pub struct Episode {
    dialect: Dialect,
    place: WaitingReview,
    seed: u64,
    rng: Rng,
    network: Network,
    people: [Reviewer; 2],
    now: i64,
    /// The review as it was before anything happened.
    original: Json,
    /// The first decision that the vendor was seen to have.
    recorded: Option<Decision>,
    /// Tries of which somebody was told that nothing was recorded.
    denied: Vec<(Tag, String)>,
    judged: usize,
    /// What each of them was last shown, and judged by.
    shown: [Option<(String, Phase)>; 2],
    cancelled: bool,
    log: Vec<String>,
    pub seen: BTreeMap<String, u64>,
}

impl Episode {
    pub fn new(dialect: Dialect, place: WaitingReview, world: &World, seed: u64) -> Self {
        let mut rng = Rng::new(seed);
        let network = Network {
            carrier: world.carrier(dialect),
            rng: Rng::new(rng.next()),
            calm: false,
            late: Vec::new(),
            arrived: Vec::new(),
            seen: BTreeMap::new(),
        };
        Self {
            dialect,
            place,
            seed,
            rng,
            network,
            people: [Reviewer::new(0, dialect), Reviewer::new(1, dialect)],
            now: 1_000_000,
            original: Json::Null,
            recorded: None,
            denied: Vec::new(),
            judged: 0,
            shown: [None, None],
            cancelled: false,
            log: Vec::new(),
            seen: BTreeMap::new(),
        }
    }

    /// Goes at most so many steps, then brings everything to its end; how many steps it was.
    pub async fn run(&mut self, most: u64) -> u64 {
        self.original = self.ask().await.map(|review| review.data).unwrap_or_default();
        let mut steps = 0;
        while steps < most.min(STEPS) {
            steps += 1;
            let arrived = self.network.arrived.len();
            if self.rng.chance(12) {
                self.network.deliver_late().await;
            } else if self.rng.chance(1) && self.rng.chance(20) {
                self.cancel().await;
            } else {
                let who = self.rng.below(2);
                self.step(who).await;
            }
            self.check(arrived).await;
            let over = |person: &Reviewer| person.tab.as_ref().is_some_and(|tab| tab.case.as_ref().is_some_and(Case::ended));
            if self.network.late.is_empty() && self.people.iter().all(over) && self.rng.chance(50) {
                break;
            }
        }
        self.finish().await;
        for (what, count) in std::mem::take(&mut self.network.seen) {
            *self.seen.entry(what.to_owned()).or_default() += count;
        }
        let versions = self.network.arrived.iter().filter(|write| write.call.ends_with("/versions") && write.status < 300).count();
        *self.seen.entry("version stored".to_owned()).or_default() += versions as u64;
        steps
    }

    fn note(&mut self, what: &str) {
        *self.seen.entry(what.to_owned()).or_default() += 1;
    }

    fn tell(&mut self, who: usize, what: impl AsRef<str>) {
        self.log.push(shortened(&format!("{:>9} reviewer {who}: {}", self.now, what.as_ref())));
    }

    fn fail(&self, problem: &str) -> ! {
        let from = self.log.len().saturating_sub(60);
        panic!(
            "{problem}\n{:?} {:?}\nrecorded: {:?}\narrived: {:#?}\n{}\nrepeat: cargo xtask bench --decisions --steps {STEPS} --seed {}",
            self.dialect,
            self.place,
            self.recorded,
            self.network.arrived,
            self.log[from..].join("\n"),
            self.seed
        )
    }

    /// The review as the vendor has it, over a line where nothing goes wrong; `None`: it went with its run.
    async fn ask(&self) -> Option<Review> {
        let operation = self.dialect.run_adapter().get_review(&self.place.run, &self.place.review);
        match self.network.carrier.run(operation).await {
            Ok(review) => Some(review),
            Err(error) if self.cancelled && error.kind == ErrorKind::NotFound => None,
            Err(error) => self.fail(&format!("the review cannot be read: {error:?}")),
        }
    }

    async fn cancel(&mut self) {
        if !self.cancelled {
            self.cancelled = true;
            self.note("run cancelled");
            let run = self.place.run.clone();
            let _ = self.network.carrier.run(self.dialect.run_adapter().cancel(&run, "cancel")).await;
        }
    }

    async fn step(&mut self, who: usize) {
        if self.people[who].tab.is_none() {
            return self.open(who).await;
        }
        let (events, running, timers) = {
            let tab = self.people[who].tab.as_ref().unwrap();
            (!tab.events.is_empty(), !tab.running.is_empty(), !tab.timers.is_empty())
        };
        match self.rng.below(100) {
            0..=29 if events => self.next_event(who),
            0..=54 if running => self.turn(who).await,
            0..=69 if timers => self.timer(who),
            // Nothing can be edited or decided meanwhile: the tab ends instead, so that much is taken up again.
            70..=85 if self.people[who].locked() => match self.rng.below(3) {
                0 => self.reload(who),
                1 => self.crash(who),
                _ => self.pass(100),
            },
            0..=77 => self.edit(who),
            78..=85 => self.decide(who),
            86..=88 => self.press(who),
            89..=91 => self.reload(who),
            92..=93 => self.crash(who),
            94..=95 => self.look_again(who).await,
            _ => {
                let millis = self.rng.below(700);
                self.pass(millis as i64);
            }
        }
    }

    /// Time goes by: drafts are kept when it is their time.
    fn pass(&mut self, millis: i64) {
        self.now += millis;
        for person in &mut self.people {
            person.save(self.now, false);
        }
    }

    async fn open(&mut self, who: usize) {
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
    fn restored(&mut self, who: usize, review: &Review) {
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
    async fn whole<T>(&mut self, who: usize, operation: Operation<T>) -> Result<T, runs::ApiError> {
        let mut flight = Flight::of(operation);
        loop {
            match flight {
                Flight::Over(result) => return result,
                under => flight = under.go_on(&mut self.network, Tag { reviewer: who, attempt: 0 }, true).await,
            }
        }
    }

    fn next_event(&mut self, who: usize) {
        let works = !self.rng.chance(3);
        let person = &mut self.people[who];
        if let Some(event) = person.tab.as_mut().and_then(|tab| tab.events.pop_front()) {
            person.on(event, self.now, works);
        }
    }

    fn timer(&mut self, who: usize) {
        let tab = self.people[who].tab.as_mut().unwrap();
        let at = (0..tab.timers.len()).min_by_key(|at| tab.timers[*at].0).unwrap();
        let (due, number) = tab.timers.swap_remove(at);
        let wait = (due - self.now).max(0);
        self.pass(wait);
        self.on(who, Event::Elapsed(number));
    }

    fn on(&mut self, who: usize, event: Event) {
        let works = !self.rng.chance(3);
        self.people[who].on(event, self.now, works);
    }

    /// Goes on with something that is on its way, by one try of one request or by a whole turn: others may come between.
    async fn turn(&mut self, who: usize) {
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

    fn edit(&mut self, who: usize) {
        let path = *self.rng.pick(PATHS);
        let number = self.rng.below(100_000);
        let typed = if path.ends_with("total") { format!("{}.{:02}0", number / 100, number % 100) } else { format!("text {}", number % 7) };
        if self.people[who].edit(path, &typed, self.now) {
            self.note("edit");
            self.tell(who, format!("types {typed} into {path}"));
        }
    }

    fn decide(&mut self, who: usize) {
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
    fn press(&mut self, who: usize) {
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

    fn reload(&mut self, who: usize) {
        self.note("reload");
        self.tell(who, "reloads");
        let person = &mut self.people[who];
        person.save(self.now, true);
        self.kept(who, i64::MAX);
        self.people[who].tab = None;
    }

    fn crash(&mut self, who: usize) {
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
    fn kept(&self, who: usize, until: i64) {
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
    async fn look_again(&mut self, who: usize) {
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

    fn deny(&mut self, who: usize, why: &str) {
        let attempts = self.people[who].tab.as_ref().map(|tab| tab.attempts.clone()).unwrap_or_default();
        for attempt in attempts {
            let tag = Tag { reviewer: who, attempt };
            if !self.denied.iter().any(|(known, _)| *known == tag) {
                self.denied.push((tag, why.to_owned()));
            }
        }
    }

    /// What must hold after every step.
    async fn check(&mut self, arrived: usize) {
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
    fn is_decision(&self, write: &crate::network::Arrived) -> bool {
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
    async fn look_at_the_record(&mut self) {
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
    fn says(&self, who: usize, intent: &Intent, decision: &Decision) -> bool {
        let Some(said) = self.people[who].said.get(&intent.key) else { self.fail(&format!("nobody decided {intent:?}")) };
        let Choice { approve, data, reason } = said;
        let recorded = decision.data.as_ref().unwrap_or(&self.original);
        let reasoned = *approve || !self.people[who].needs_reason() || decision.reason == *reason;
        decision.approved == Some(*approve) && covers(recorded, data) && reasoned
    }

    async fn judge(&mut self, who: usize, case: &Case) {
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

    fn judge_outcome(&mut self, who: usize, case: &Case, outcome: &Outcome) {
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

    /// The line is well again: what is late arrives, both open the page, and each learns what became of the decision.
    async fn finish(&mut self) {
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
    async fn settle_for_good(&mut self, who: usize) {
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
    async fn go_on(&mut self, who: usize) -> bool {
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

fn shortened(line: &str) -> String {
    line.chars().take(400).collect()
}

fn tab_running(person: &Reviewer) -> bool {
    person.tab.as_ref().is_some_and(|tab| !tab.running.is_empty())
}

fn same_decision(left: &Decision, right: &Decision) -> bool {
    let same = match (&left.data, &right.data) {
        (Some(left), Some(right)) => same_value(left, right),
        (left, right) => left.is_none() == right.is_none(),
    };
    left.approved == right.approved && same
}

/// Whether `recorded` is `sent`; a vendor may leave out what is not in its model.
fn covers(recorded: &Json, sent: &Json) -> bool {
    match (recorded, sent) {
        (Json::Object(recorded), Json::Object(sent)) => {
            recorded.iter().all(|(key, value)| sent.get(key).is_some_and(|sent| same_value(value, sent)))
        }
        _ => same_value(recorded, sent),
    }
}
