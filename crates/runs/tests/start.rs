//! One run started: what is read, sent and asked until its outcome is known.
#![allow(clippy::unwrap_used, clippy::panic)]

use runs::deciding::bulk::Turn;
use runs::deciding::start::{Before, Ended, Phase, Start};
use runs::model::{NoNumber, Numbering, Page, Run};
use runs::{ApiError, ErrorKind, Status, StatusKind, Timestamp};

fn run(id: &str, at: i64) -> Run {
    Run { created_at: Some(Timestamp(at)), ..Run::new(id, "wf", Status::new(StatusKind::Running, "running")) }
}

/// The newest runs, newest first.
fn page(runs: &[(&str, i64)], first_number: Numbering) -> Page<Run> {
    let items = runs.iter().map(|(id, at)| run(id, *at)).collect();
    Page { items, total: None, older: None, newer: None, first_number, quota: None, unread: Vec::new() }
}

fn newest(runs: &[(&str, i64)]) -> Result<Page<Run>, ApiError> {
    Ok(page(runs, Numbering::Underivable(NoNumber::NoTotal)))
}

fn error(kind: ErrorKind) -> ApiError {
    ApiError::new(kind, "the vendor's words")
}

fn begun(start: &Start) -> Vec<&str> {
    start.begun().unwrap().iter().map(|(_, run)| run.id.as_str()).collect()
}

/// The newest runs were read, it was sent, and the answer was lost.
fn lost(repeatable: bool) -> Start {
    let mut start = Start::new(repeatable);
    assert_eq!(start.turn(), Some(Turn::Read(0)), "nothing is sent before the newest runs were read");
    start.read(newest(&[("b", 2), ("a", 1)]));
    assert_eq!(start.turn(), Some(Turn::Send(0)));
    start.sent(Err(error(ErrorKind::Timeout)));
    start
}

#[test]
fn an_answer_ends_it_at_once() {
    let mut came = Start::new(false);
    came.read(newest(&[]));
    came.sent(Ok(run("c", 3)));
    assert!(matches!(&came.phase, Phase::Ended(Ended::Came(run)) if run.id == "c") && !came.is_open());
    let mut refused = Start::new(false);
    refused.read(newest(&[]));
    refused.sent(Err(error(ErrorKind::Invalid)));
    assert!(matches!(refused.phase, Phase::Ended(Ended::Refused(_))) && !refused.is_open());
    let mut unread = Start::new(false);
    unread.read(Err(error(ErrorKind::SignedOut)));
    assert_eq!(unread.phase, Phase::Ended(Ended::NotSent(error(ErrorKind::SignedOut))));
}

#[test]
fn after_a_lost_answer_the_runs_that_began_since_are_told() {
    let mut start = lost(false);
    assert_eq!(start.turn(), Some(Turn::Read(800)), "never sent again by itself");
    start.read(newest(&[("b", 2), ("a", 1)]));
    assert_eq!(start.turn(), Some(Turn::Read(2_000)), "not yet");
    // An older one moves up where another was deleted: it did not begin since.
    start.read(Ok(page(&[("c", 3), ("b", 2), ("z", 0)], Numbering::From(7))));
    assert_eq!(start.phase, Phase::Ended(Ended::Unconfirmed));
    assert_eq!(begun(&start), ["c"]);
    assert_eq!(start.begun().unwrap()[0].0, Some(7), "with its number");

    let mut none = lost(false);
    while none.turn().is_some() {
        none.read(newest(&[("b", 2), ("a", 1)]));
    }
    assert!(none.phase == Phase::Ended(Ended::Unconfirmed) && begun(&none).is_empty() && none.is_open());
    let mut unread = lost(false);
    while unread.turn().is_some() {
        unread.read(Err(error(ErrorKind::Vendor)));
    }
    assert_eq!(unread.begun(), None, "nobody knows");
}

#[test]
fn without_the_vendors_key_a_second_press_reads_and_asks_before_it_sends() {
    let mut start = lost(false);
    start.read(newest(&[("c", 3), ("b", 2)]));
    assert!(!start.again(true));
    assert_eq!(start.turn(), Some(Turn::Read(0)));
    start.read(newest(&[("d", 4), ("c", 3), ("b", 2)]));
    assert_eq!((start.turn(), &start.phase), (None, &Phase::Asking));
    assert_eq!(begun(&start), ["d", "c"]);
    start.decline();
    assert_eq!((start.turn(), &start.phase), (None, &Phase::Ended(Ended::Unconfirmed)));
    start.confirm();
    assert_eq!(start.turn(), None, "nobody was asked");

    start.again(true);
    start.read(newest(&[("d", 4), ("c", 3), ("b", 2)]));
    start.confirm();
    assert_eq!(start.turn(), Some(Turn::Send(0)));
    // What was seen when it was asked did not begin since.
    start.sent(Err(error(ErrorKind::Unconfirmed)));
    start.read(newest(&[("e", 5), ("d", 4), ("c", 3)]));
    assert_eq!(begun(&start), ["e"]);

    // What cannot be read is no reason to send.
    start.again(true);
    start.read(Err(error(ErrorKind::Vendor)));
    assert_eq!((start.turn(), &start.phase), (None, &Phase::Ended(Ended::Unconfirmed)));
}

#[test]
fn with_the_vendors_key_the_same_start_goes_again() {
    let mut start = lost(true);
    assert_eq!(start.turn(), Some(Turn::Send(800)));
    while start.turn().is_some() {
        start.sent(Err(error(ErrorKind::Timeout)));
    }
    assert_eq!(start.phase, Phase::Ended(Ended::Unconfirmed));
    assert!(start.again(true), "the earlier key goes with it");
    assert_eq!(start.turn(), Some(Turn::Send(0)));
    // A refusal of the second says nothing about the first.
    start.sent(Err(error(ErrorKind::Invalid)));
    assert_eq!(start.phase, Phase::Ended(Ended::Unconfirmed));
    // Another content is another run: that is asked.
    assert!(!start.again(false));
    start.read(newest(&[("c", 3), ("b", 2)]));
    assert_eq!(start.phase, Phase::Asking);
}

#[test]
fn one_of_an_earlier_visit_is_asked_about_too() {
    let mut start = Start::unconfirmed(false, Before { newest: Some(Timestamp(2)), runs: vec!["b".into()] });
    assert!(start.is_open() && start.begun().is_none());
    start.again(false);
    start.read(newest(&[("c", 3), ("b", 2), ("a", 1)]));
    assert_eq!((&start.phase, begun(&start)), (&Phase::Asking, vec!["c"]));
}
