//! The course of a decision: what leaves when, what is shown, and what is never claimed.
#![allow(clippy::unwrap_used, clippy::panic)]

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

#[test]
fn nothing_leaves_inside_the_window_and_undo_ends_it() {
    let (mut case, effects) = new(8_000);
    assert_eq!(effects, [Effect::Wait { millis: 8_000, number: 1 }]);
    assert_eq!(case.phase, Phase::Held { until: at(8_000) });
    assert!(case.under_way());
    assert_eq!(case.on(Event::Undo, at(7_999)), []);
    assert_eq!(case.phase, Phase::Dropped);
    assert_eq!(case.on(Event::Elapsed(1), at(8_000)), [], "the timer of the window comes too late");
    assert_eq!(case.phase, Phase::Dropped);
}

#[test]
fn it_is_kept_then_logged_then_sent() {
    let (mut case, _) = new(8_000);
    assert_eq!(case.on(Event::Elapsed(1), at(8_000)), [Effect::Keep]);
    assert_eq!(case.on(Event::Undo, at(8_001)), [], "too late to take back");
    assert_eq!(case.pending().sent, at(8_000));
    assert_eq!(case.on(Event::Kept, at(8_002)), [Effect::LogIntent]);
    assert_eq!(case.on(Event::Logged(Ok(())), at(8_003)), [Effect::ReadRun]);
    assert_eq!(case.on(Event::Run(None), at(8_004)), [Effect::Send]);
    assert_eq!(case.phase, Phase::Sending);
}

#[test]
fn what_cannot_be_logged_is_not_sent() {
    let (mut case, _) = new(0);
    case.on(Event::Kept, at(1));
    let error = ApiError::new(ErrorKind::GatewayUnreachable, "the disk is full");
    assert_eq!(case.on(Event::Logged(Err(error.clone())), at(2)), [Effect::Release, Effect::Tell(News::Failed)]);
    assert_eq!(case.phase, Phase::Unlogged(error));
    assert_eq!(case.on(Event::Run(None), at(3)), [], "no late answer sends it after all");
    assert!(!case.under_way());
}

#[test]
fn an_accepted_decision_is_logged_forgotten_told_and_followed() {
    let mut case = sending();
    let effects = case.on(Event::Sent(Ok(Outcome::Accepted(decision()))), at(4));
    assert_eq!(effects[..4], [Effect::LogOutcome, Effect::Forget, Effect::Tell(News::Recorded), Effect::Recount]);
    assert!(case.watched && case.ended() && !case.under_way());
    let turn = number(&effects);
    assert_eq!(case.on(Event::Elapsed(turn), at(5)), [Effect::ReadRun]);
    assert_eq!(case.on(Event::Run(None), at(6)), [Effect::Recount], "nothing is known of before: there is nothing to compare");
    assert!(!case.watched);
}

#[test]
fn a_run_that_is_not_seen_to_go_on_has_an_honest_end() {
    let waiting = |case: &Case| Box::new(detail(&case.read.run));
    let (mut case, _) = new(0);
    case.on(Event::Kept, at(1));
    case.on(Event::Logged(Ok(())), at(2));
    case.on(Event::Run(Some(waiting(&case))), at(3));
    let mut effects = case.on(Event::Sent(Ok(Outcome::Accepted(decision()))), at(4));
    let mut readings = 0;
    while case.watched {
        let turn = number(&effects);
        assert_eq!(case.on(Event::Elapsed(turn), at(5)), [Effect::ReadRun]);
        effects = case.on(Event::Run(Some(waiting(&case))), at(6));
        readings += 1;
    }
    assert_eq!(readings, 12);
    let progress = case.progress.as_ref().unwrap();
    assert!(progress.recorded.is_some() && progress.resumed.is_none() && progress.next_step.is_none());
    assert!(!case.on(Event::WatchAgain, at(7)).is_empty());
    assert!(case.watched);
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

#[test]
fn not_confirmed_is_looked_for_and_never_sent_again_by_itself() {
    let mut case = sending();
    let mut effects = case.on(Event::Sent(lost()), at(4));
    assert!(effects.contains(&Effect::Tell(News::Unconfirmed)));
    let mut looks = 0;
    while let Phase::Unconfirmed { asking: true, .. } = case.phase {
        let turn = number(&effects);
        assert_eq!(case.on(Event::Elapsed(turn), at(5)), [Effect::Confirm(turn)]);
        effects = case.on(Event::Looked(turn, Err(ApiError::new(ErrorKind::Vendor, ""))), at(6));
        assert!(!effects.contains(&Effect::Send));
        looks += 1;
    }
    assert_eq!(looks, 7);
    assert!(case.under_way(), "nothing else may be decided as long as it may be recorded");
    assert_eq!(case.on(Event::CheckAgain, at(7)).len(), 1);
    assert!(matches!(case.phase, Phase::Unconfirmed { asking: true, .. }));
}

#[test]
fn what_is_found_later_is_the_outcome_and_later_answers_change_nothing() {
    let mut case = sending();
    let turn = number(&case.on(Event::Sent(lost()), at(4)));
    case.on(Event::Elapsed(turn), at(5));
    let effects = case.on(Event::Looked(turn, Ok(Outcome::AlreadyMine(decision()))), at(6));
    assert_eq!(effects[..2], [Effect::LogOutcome, Effect::Forget]);
    let known = case.phase.clone();
    assert_eq!(case.on(Event::Looked(turn, Ok(Outcome::DecidedByAnother(decision()))), at(7)), []);
    assert_eq!(case.on(Event::Sent(lost()), at(8)), []);
    assert_eq!(case.phase, known);
}

#[test]
fn a_review_that_is_closed_without_a_decision_is_read_twice() {
    let mut case = sending();
    let first = number(&case.on(Event::Sent(lost()), at(4)));
    case.on(Event::Elapsed(first), at(5));
    let closed = || Ok(Outcome::NoLongerWaiting(Status::new(StatusKind::Completed, "completed")));
    let second = number(&case.on(Event::Looked(first, closed()), at(6)));
    assert!(case.under_way());
    case.on(Event::Elapsed(second), at(7));
    // The decision had come between the parts of the first reading.
    case.on(Event::Looked(second, Ok(Outcome::AlreadyMine(decision()))), at(8));
    assert_eq!(case.phase, Phase::Came(Outcome::AlreadyMine(decision())));
}

#[test]
fn a_decision_that_finds_the_review_closed_reads_it_again_before_it_says_so() {
    let closed = || Ok(Outcome::NoLongerWaiting(Status::new(StatusKind::Completed, "completed")));
    let mut case = sending();
    let turn = number(&case.on(Event::Sent(closed()), at(4)));
    assert_eq!(case.phase, Phase::Sending);
    assert_eq!(case.on(Event::Elapsed(turn), at(5)), [Effect::Confirm(turn)]);
    // Another decision had come between the parts of the first reading.
    case.on(Event::Looked(turn, Ok(Outcome::DecidedByAnother(decision()))), at(6));
    assert_eq!(case.phase, Phase::Came(Outcome::DecidedByAnother(decision())));

    let mut case = sending();
    let turn = number(&case.on(Event::Sent(closed()), at(4)));
    case.on(Event::Looked(turn, closed()), at(5));
    assert!(matches!(case.phase, Phase::Came(Outcome::NoLongerWaiting(_))));

    // The run is about to end, and no decision is recorded: it was not sent, and that is told.
    let open = || Ok(Outcome::NotConfirmed { detail: String::new(), request_id: None });
    let mut case = sending();
    let turn = number(&case.on(Event::Sent(closed()), at(4)));
    case.on(Event::Looked(turn, open()), at(5));
    assert!(matches!(case.phase, Phase::Came(Outcome::NoLongerWaiting(_))));

    // Nothing more can be read. Of a decision that may have been sent before, nothing is claimed.
    let unreadable = || Err(ApiError::new(ErrorKind::VendorUnreachable, "the line broke"));
    for (doubted, told) in [(false, true), (true, false)] {
        let mut case = sending();
        case.doubted = doubted;
        let mut effects = case.on(Event::Sent(closed()), at(4));
        while case.phase == Phase::Sending {
            let turn = number(&effects);
            effects = case.on(Event::Looked(turn, unreadable()), at(5));
        }
        assert_eq!(matches!(case.phase, Phase::Came(Outcome::NoLongerWaiting(_))), told);
        assert_eq!(matches!(case.phase, Phase::Unconfirmed { asking: false, .. }), !told);
    }
}

#[test]
fn a_refusal_of_the_second_try_does_not_say_what_became_of_the_first() {
    for refusal in [
        Ok(Outcome::NotPermitted { detail: "no".into(), request_id: None }),
        Ok(Outcome::Invalid { detail: "no".into(), fields: Vec::new(), request_id: None }),
        Ok(Outcome::Changed(Box::new(review(r#"{"a":2}"#)))),
        Err(ApiError::new(ErrorKind::RateLimited, "slow down")),
    ] {
        let mut case = unconfirmed();
        assert_eq!(case.on(Event::SendAgain, at(9)), [Effect::Keep]);
        assert_eq!(case.pending().key, "cmd_1", "the same intent keeps its key");
        assert_eq!(case.pending().sent, at(0), "and the time of its first try");
        assert_eq!(case.on(Event::Kept, at(10)), [Effect::ReadRun], "it is logged once");
        case.on(Event::Run(None), at(11));
        case.on(Event::Sent(refusal.clone()), at(12));
        assert!(matches!(case.phase, Phase::Unconfirmed { asking: true, .. }), "{refusal:?} gave {:?}", case.phase);
    }
}

#[test]
fn newer_content_waits_until_nothing_is_on_its_way_or_looked_for() {
    let (held, _) = new(8_000);
    let mut case = sending();
    assert!(!held.can_be_left() && !case.can_be_left());
    let mut effects = case.on(Event::Sent(lost()), at(4));
    while let Phase::Unconfirmed { asking: true, .. } = case.phase {
        assert!(!case.can_be_left());
        let turn = number(&effects);
        case.on(Event::Elapsed(turn), at(5));
        effects = case.on(Event::Looked(turn, lost()), at(6));
    }
    assert!(case.can_be_left());
}

#[test]
fn giving_up_claims_nothing() {
    let mut case = unconfirmed();
    assert_eq!(case.on(Event::GiveUp, at(9)), [Effect::LogOutcome, Effect::Release]);
    assert_eq!(case.phase, Phase::Dropped);
}

#[test]
fn after_a_reload_it_is_looked_for_and_not_sent() {
    let (mut case, effects) = Case::take_up(Arc::new(review("{}")), intent(), at(1));
    let turn = number(&effects);
    assert_eq!(case.on(Event::Elapsed(turn), at(2)), [Effect::Confirm(turn)]);
    assert!(case.doubted);
}

#[test]
fn what_was_taken_up_is_logged_before_it_is_sent_again() {
    let (mut case, mut effects) = Case::take_up(Arc::new(review("{}")), intent(), at(1));
    while let Phase::Unconfirmed { asking: true, .. } = case.phase {
        let turn = number(&effects);
        case.on(Event::Elapsed(turn), at(2));
        effects = case.on(Event::Looked(turn, lost()), at(3));
    }
    case.on(Event::SendAgain, at(4));
    // The crash may have come between keeping and logging.
    assert_eq!(case.on(Event::Kept, at(5)), [Effect::LogIntent]);
}

fn edited(review: &Review, path: &str, typed: &str) -> Draft {
    let mut draft = Draft::open(None, &review.data, &[]);
    assert!(draft.set(path, typed));
    draft
}

#[test]
fn a_kept_draft_comes_back_digit_by_digit() {
    let review = review(r#"{"a":1234.560,"b":"x"}"#);
    let draft = edited(&review, "/b", "9007199254740993 \u{1f600}");
    let pending = Pending {
        key: "cmd_7".into(),
        approve: true,
        reason: None,
        sent: at(5),
        data: Some(draft.value().clone()),
        tab: Some("tab".into()),
    };
    let kept = Kept::of(&draft, Some(pending.clone()), at(77));
    let back = Kept::read(&kept.clone().write()).unwrap();
    assert_eq!(back, kept);
    let resumed = resume(&review, Some(back), None);
    assert_eq!(resumed.draft.value(), draft.value());
    assert_eq!(resumed.restored, Some(at(77)));
    let (intent, sent) = resumed.pending.unwrap();
    assert_eq!((intent.key.as_str(), intent.edited.as_ref(), sent), ("cmd_7", Some(draft.value()), at(5)));
}

#[test]
fn a_reason_that_was_begun_is_part_of_the_draft_also_on_other_content() {
    let (before, after) = (review(r#"{"b":"x"}"#), review(r#"{"b":"y"}"#));
    let draft = Draft::open(None, &before.data, &[]);
    let kept = Kept { reason: "Not as\nagreed".into(), ..Kept::of(&draft, None, at(7)) };
    let back = || Kept::read(&kept.clone().write());
    for resumed in [resume(&before, back(), None), resume(&after, None, back())] {
        assert_eq!((resumed.reason.as_str(), resumed.restored, resumed.dropped), ("Not as\nagreed", None, 0));
    }
}

#[test]
fn what_was_sent_says_which_tab_sent_it() {
    let review = review(r#"{"b":"x"}"#);
    let draft = Draft::open(None, &review.data, &[]);
    let pending = Pending { key: "k".into(), approve: true, reason: None, sent: at(1), data: None, tab: Some("first".into()) };
    let kept = Kept::of(&draft, Some(pending), at(9)).write();
    assert_eq!(resume(&review, Kept::read(&kept), None).tab.as_deref(), Some("first"));
}

#[test]
fn drafts_of_the_first_release_are_understood_and_those_of_a_later_one_left_alone() {
    let review = review(r#"{"b":"x"}"#);
    let draft = edited(&review, "/b", "y");
    let old = format!(r#"123 {{"draft":{},"edits":[],"pending":{{"key":"k","approve":false,"sent":4}}}}"#, draft.save());
    let kept = Kept::read(&old).unwrap();
    assert_eq!((kept.at, kept.pending.unwrap().key.as_str()), (at(123), "k"));
    assert_eq!(resume(&review, Kept::read(&old), None).draft.value(), draft.value());
    assert!(Kept::read(r#"{"v":2,"at":1,"draft":{}}"#).is_none());
    for hostile in ["", "{", "12", "12 {}", r#"{"v":1,"at":"x","draft":{}}"#, "null"] {
        assert!(Kept::read(hostile).is_none(), "{hostile}");
    }
}

#[test]
fn edits_follow_changed_data_and_an_open_review_was_not_decided() {
    let (before, after) = (review(r#"{"a":"1","b":"x"}"#), review(r#"{"a":"2","b":"x"}"#));
    let pending = Pending { key: "k".into(), approve: true, reason: None, sent: at(1), data: None, tab: None };
    let kept = Kept::of(&edited(&before, "/b", "y"), Some(pending), at(9));
    let resumed = resume(&after, None, Some(kept.clone()));
    assert_eq!(resumed.draft.value(), &json(r#"{"a":"2","b":"y"}"#));
    assert!(resumed.pending.is_none());
    let closed = Review { state: ReviewState::Gone, ..after };
    assert!(resume(&closed, None, Some(kept)).pending.is_some(), "what was sent may be why it is closed");
}

#[test]
fn what_was_sent_is_looked_for_with_its_own_data_when_the_content_is_anothers() {
    let (before, theirs) = (review(r#"{"a":"1","b":"x"}"#), review(r#"{"a":"2","b":"y"}"#));
    let theirs = Review { state: ReviewState::Decided(decision()), ..theirs };
    for (approve, edits) in [(true, None), (true, Some("y")), (false, None)] {
        let mut draft = Draft::open(None, &before.data, &[]);
        edits.map(|typed| draft.set("/b", typed));
        let intent = Intent { key: "k".into(), approve, edited: draft.edited(), reason: None };
        let (case, _) = Case::new(Arc::new(before.clone()), intent, None, 0, at(1));
        let kept = Kept::of(&draft, Some(case.pending()), at(9));
        let resumed = resume(&theirs, None, Kept::read(&kept.write()));
        let (intent, _) = resumed.pending.unwrap();
        assert_eq!(intent.edited.as_ref(), Some(draft.value()), "approve: {approve}, edits: {edits:?}");
    }
}
