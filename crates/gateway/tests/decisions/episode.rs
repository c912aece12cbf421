//! One review, two reviewers, random steps, and what must hold after each.

mod acts;
mod checks;
mod ending;

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
