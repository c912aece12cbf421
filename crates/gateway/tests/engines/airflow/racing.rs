//! Two reviewers at two gateways answer the same question at the same moment: one of them is told that it was theirs, and the server has
//! what we say. By itself it says yes to both of most pairs.

use crate::common::approval;
use std::sync::Arc;

use futures_util::stream::{StreamExt as _, iter};
use runs::model::review::{Outcome, Review};
use serde_json::json;

use super::through::Through;
use crate::place::Place;

const NAMES: [&str; 2] = ["ada", "ben"];
/// So many questions are raced for at one time.
const AT_ONCE: usize = 6;

/// Who won, as both were told.
async fn race(both: &[Arc<Through>; 2], review: &Review) -> Result<&'static str, String> {
    let intents = NAMES.map(|name| approval(Some(json!({"option": name}))));
    let (one, two) = tokio::join!(both[0].decide(review, &intents[0]), both[1].decide(review, &intents[1]));
    let outcomes = [one, two];
    let won: Vec<usize> = (0..2).filter(|at| matches!(outcomes[*at], Outcome::Accepted(_))).collect();
    let [won] = won[..] else { return Err(format!("{} were told that it was theirs: {outcomes:?}", won.len())) };
    let name = NAMES[won];
    let Outcome::DecidedByAnother(by) = &outcomes[1 - won] else { return Err(format!("{outcomes:?}")) };
    // Who is the user that the gateway signed in as.
    if (by.by.as_deref(), &by.data) != (Some(name), &Some(json!({"option": name}))) {
        return Err(format!("the other one was told {by:?}"));
    }
    Ok(name)
}

async fn raced(both: [Arc<Through>; 2], count: usize, what: &str) {
    let run = both[0].start("delivery_rounds", json!({"count": count})).await.id;
    // All wait, so that each is old enough at about the same time.
    both[0].until(&run, |run| run.reviews.as_ref().is_some_and(|reviews| reviews.len() == count)).await;
    let races = iter(0..count).map(|at| {
        let (both, run) = (both.clone(), run.clone());
        async move {
            let review = both[0].read(&run, &format!("each:{at}:1")).await.unwrap();
            let name = race(&both, &review).await.unwrap_or_else(|problem| panic!("{at}: {problem}"));
            let map = i64::try_from(at).unwrap();
            let question = both[0].server.question(&run, "each", map).await;
            assert_eq!(question["chosen_options"], json!([name]), "what is recorded");
            assert_eq!(question["responded_by_user"]["id"], name);
            both[0].server.until(&run, "each", map, &["success"]).await;
            let taken = both[0].server.value(&run, "each", map).await.unwrap();
            assert_eq!(taken["chosen_options"], json!([name]), "what the task was told");
            usize::from(name == NAMES[1])
        }
    });
    let won: Vec<usize> = races.buffer_unordered(AT_ONCE).collect().await;
    let second: usize = won.iter().sum();
    eprintln!("{what}: {} first {} times, {} {second} times", NAMES[0], count - second, NAMES[1]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs Airflow: cargo xtask test --only engines"]
async fn of_two_answers_at_two_replicas_one_is_accepted_and_the_other_is_told_which() {
    let place = Place::postgres();
    let store = place.as_ref().map(|place| place.location.clone());
    let ada = Arc::new(Through::of("ada", store.clone()).await);
    let ben = Arc::new(Through::of("ben", store).await);
    raced([ada, ben], 50, if place.is_some() { "two replicas" } else { "two gateways" }).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs Airflow: cargo xtask test --only engines"]
async fn of_two_answers_at_gateways_that_know_nothing_of_each_other_one_is_accepted() {
    let both = [Arc::new(Through::of("ada", None).await), Arc::new(Through::of("ben", None).await)];
    raced(both, 20, "two strangers").await;
}
