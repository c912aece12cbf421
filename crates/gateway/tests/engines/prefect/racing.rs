//! Two reviewers at two gateways decide the same wait at the same moment: one of them is told that it was theirs.

use crate::common::{approval, rejection};
use gateway::store::Location;
use runs::Json;
use runs::model::review::{Intent, Outcome, Review};
use serde_json::json;

use super::server::Server;
use super::through::{Through, booked};
use crate::place::Place;

const NAMES: [&str; 2] = ["ada", "ben"];

/// Two replicas: on one PostgreSQL; where there is none, two reviewers at one gateway's store.
struct Both {
    replicas: Vec<Through>,
    _place: Option<Place>,
}

impl Both {
    async fn replicas() -> Self {
        let place = Place::postgres();
        let store: Option<Location> = place.as_ref().map(|place| place.location.clone());
        let count = if store.is_some() { 2 } else { 1 };
        let mut replicas = Vec::new();
        for _ in 0..count {
            replicas.push(Through::on(store.clone()).await);
        }
        Self { replicas, _place: place }
    }

    /// Two gateways that know nothing of each other.
    async fn strangers() -> Self {
        Self { replicas: vec![Through::new().await, Through::new().await], _place: None }
    }

    fn server(&self) -> &Server {
        &self.replicas[0].server
    }

    async fn decide(&self, review: &Review, intents: &[Intent; 2]) -> [Outcome; 2] {
        let (one, two) = (&self.replicas[0], self.replicas.last().unwrap());
        let (one, two) = tokio::join!(one.decide(review, &intents[0]), two.decide(review, &intents[1]));
        [one, two]
    }
}

fn answer(name: &str) -> Option<Json> {
    Some(json!({"answer": name}))
}

fn is_accepted(outcome: &Outcome) -> bool {
    matches!(outcome, Outcome::Accepted(_))
}

/// Whose answer it is; the other one has to be told so.
fn winner(outcomes: &[Outcome; 2]) -> &'static str {
    let won: Vec<usize> = (0..2).filter(|at| is_accepted(&outcomes[*at])).collect();
    let [won] = won[..] else { panic!("{} were told that it was theirs: {outcomes:?}", won.len()) };
    let Outcome::DecidedByAnother(decision) = &outcomes[1 - won] else { panic!("{outcomes:?}") };
    assert_eq!(decision.data, answer(NAMES[won]), "what the other one said");
    NAMES[won]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs Prefect: cargo xtask test --only engines"]
async fn a_flow_that_asks_again_and_again_is_told_what_the_one_was_told() {
    const ROUNDS: usize = 12;
    let both = Both::replicas().await;
    let run = both.replicas[0].start("Rounds/served", json!({"count": ROUNDS})).await.id;
    let mut won = Vec::new();
    let mut last = String::new();
    for _ in 0..ROUNDS {
        // The next one.
        let waits = both.replicas[0].until(&run, |run| run.waiting_on.first().is_some_and(|review| *review != last));
        last = waits.await.waiting_on.remove(0);
        let review = both.replicas[0].review(&run).await;
        let outcomes = both.decide(&review, &NAMES.map(|name| approval(answer(name)))).await;
        won.push(winner(&outcomes));
    }
    both.replicas[0].ended(&run).await;
    assert_eq!(booked(&both.replicas[0].detail(&run).await), json!({"told": won}));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs Prefect: cargo xtask test --only engines"]
async fn of_two_answers_at_once_one_is_accepted_and_the_other_is_told_which() {
    // A form's answer is stored once only: there not even gateways that know nothing of each other can both be told yes.
    for (both, times) in [(Both::replicas().await, 20), (Both::strangers().await, 20)] {
        let flow = both.server().flow().await;
        let mut won = [0, 0];
        for time in 0..times {
            let run = both.server().waiting(&flow, time % 2 == 0, true).await;
            let review = both.replicas[0].review(&run).await;
            let outcomes = both.decide(&review, &NAMES.map(|name| approval(answer(name)))).await;
            let name = winner(&outcomes);
            assert_eq!(both.server().answer(&run, "paused-1-response").await, answer(name), "what is stored");
            won[usize::from(name == NAMES[1])] += 1;
        }
        eprintln!("{} gateway(s): {} first {} times, {} {} times", both.replicas.len(), NAMES[0], won[0], NAMES[1], won[1]);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs Prefect: cargo xtask test --only engines"]
async fn a_gate_is_opened_by_one_of_two_and_a_rejection_at_once_never_cancels_unsaid() {
    let both = Both::replicas().await;
    let flow = both.server().flow().await;
    for time in 0..20 {
        // Without a form the vendor would say yes to both.
        let run = both.server().waiting(&flow, time % 2 == 0, false).await;
        let review = both.replicas[0].review(&run).await;
        let outcomes = both.decide(&review, &NAMES.map(|_| approval(None))).await;
        let accepted = outcomes.iter().filter(|outcome| is_accepted(outcome)).count();
        assert_eq!(accepted, 1, "{outcomes:?}");
        assert!(outcomes.iter().any(|outcome| matches!(outcome, Outcome::AlreadyMine(_))), "the same decision: {outcomes:?}");
        let states = both.server().states(&run).await;
        assert_eq!(states.iter().skip_while(|(kind, _)| kind != "PAUSED").count(), 2, "it went on once: {states:?}");
    }
    let mut seen = [0, 0];
    for time in 0..20 {
        let run = both.server().waiting(&flow, time % 2 == 0, true).await;
        let review = both.replicas[0].review(&run).await;
        let outcomes = both.decide(&review, &[approval(answer("ada")), rejection("no")]).await;
        let states = both.server().states(&run).await;
        let cancelled = states.iter().any(|(kind, _)| kind.starts_with("CANCEL"));
        match &outcomes {
            [Outcome::Accepted(_), Outcome::DecidedByAnother(other)] => assert_eq!(other.approved, Some(true)),
            [Outcome::DecidedByAnother(other), Outcome::Accepted(_)] => assert_eq!(other.approved, Some(false)),
            _ => panic!("{outcomes:?}: {states:?}"),
        }
        // Who was told yes last has it: a rejection that came second must not have ended what was approved.
        assert_eq!(cancelled, is_accepted(&outcomes[1]), "{outcomes:?}: {states:?}");
        seen[usize::from(cancelled)] += 1;
    }
    eprintln!("approved {} times, rejected {} times", seen[0], seen[1]);
}
