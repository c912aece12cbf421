//! What is looked for after an answer that tells nothing.

use super::*;

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
fn what_the_vendor_said_and_its_request_are_told_wherever_the_decision_is() {
    let (detail, request_id) = (String::from("the engine is down"), Some(String::from("req_7")));
    for outcome in [
        Outcome::NotConfirmed { detail: detail.clone(), request_id: request_id.clone() },
        Outcome::NotPermitted { detail: detail.clone(), request_id: request_id.clone() },
        Outcome::Invalid { detail, fields: Vec::new(), request_id },
    ] {
        let mut case = sending();
        case.on(Event::Sent(Ok(outcome)), at(4));
        assert_eq!(case.phase.told(), ("the engine is down", Some("req_7")), "{:?}", case.phase);
    }
    assert_eq!(sending().phase.told(), ("", None));
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
