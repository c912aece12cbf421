//! The course of a decision: what leaves when, what is shown, and what is never claimed.
#![allow(clippy::unwrap_used, clippy::panic)]

mod course;
mod kept;
mod unconfirmed;

use runs::deciding::decision::{Case, Effect, Event, Kept, News, Pending, Phase, resume};
use runs::form::Draft;
use runs::model::review::{Decision, Intent, Outcome, Pin, Review, ReviewState};
use runs::model::{Run, RunDetail};
use runs::value::json::parse;
use runs::{ApiError, ErrorKind, Json, Status, StatusKind, Timestamp};
use std::sync::Arc;

fn json(text: &str) -> Json {
    parse(text.as_bytes()).unwrap()
}

fn review(data: &str) -> Review {
    let data = json(data);
    Review {
        id: "node".into(),
        run: "run".into(),
        flow: "flow".into(),
        flow_name: None,
        name: "Review".into(),
        state: ReviewState::Open,
        run_status: Status::new(StatusKind::Waiting, "waiting"),
        pin: Pin::of(&data, None, None, None),
        data,
        schema: None,
        reason: None,
        instructions: None,
        since: None,
        until: None,
        read_only: Vec::new(),
        evidence: Vec::new(),
        versions: Vec::new(),
        holder: None,
        carry: Json::Null,
    }
}

fn intent() -> Intent {
    Intent { key: "cmd_1".into(), approve: true, edited: None, reason: None }
}

fn decision() -> Decision {
    Decision { approved: Some(true), ..Decision::default() }
}

fn at(millis: i64) -> Timestamp {
    Timestamp(millis)
}

fn new(window: u32) -> (Case, Vec<Effect>) {
    Case::new(Arc::new(review(r#"{"a":1}"#)), intent(), None, window, at(0))
}

/// A case that is being sent.
fn sending() -> Case {
    let (mut case, _) = new(0);
    case.on(Event::Kept, at(1));
    case.on(Event::Logged(Ok(())), at(2));
    assert_eq!(case.on(Event::Run(None), at(3)), [Effect::Send]);
    case
}

fn number(effects: &[Effect]) -> u32 {
    let wait = effects.iter().find_map(|effect| match effect {
        Effect::Wait { number, .. } => Some(*number),
        _ => None,
    });
    wait.unwrap_or_else(|| panic!("no wait in {effects:?}"))
}

fn lost() -> Result<Outcome, ApiError> {
    Ok(Outcome::NotConfirmed { detail: "the line broke".into(), request_id: None })
}

/// A case that was sent, not confirmed, and looked for in vain.
fn unconfirmed() -> Case {
    let mut case = sending();
    let mut effects = case.on(Event::Sent(lost()), at(4));
    while let Phase::Unconfirmed { asking: true, .. } = case.phase {
        let turn = number(&effects);
        assert_eq!(case.on(Event::Elapsed(turn), at(5)), [Effect::Confirm(turn)]);
        effects = case.on(Event::Looked(turn, lost()), at(6));
    }
    case
}

/// A run that waits at the review's node.
fn detail(id: &str) -> RunDetail {
    let run = Run { waiting_on: vec!["node".into()], ..Run::new(id, "flow", Status::new(StatusKind::Waiting, "waiting")) };
    RunDetail {
        run,
        history: Vec::new(),
        history_derived: true,
        steps: Vec::new(),
        steps_cut: false,
        attempts: Vec::new(),
        files: Vec::new(),
        inputs: Vec::new(),
        outputs: Vec::new(),
        facts: Vec::new(),
        reviews: Vec::new(),
        other: Vec::new(),
        raw: Vec::new(),
    }
}
