//! Several runs cancelled, rerun or deleted: who can, and how each comes to its end.
#![allow(clippy::unwrap_used, clippy::panic)]

use proptest::prelude::*;
use runs::adapters::capability::Capabilities;
use runs::deciding::bulk::{Case, Ended, Exclusion, Phase, Tally, Turn, Verb, allowed};
use runs::model::{ActionOutcome, Run};
use runs::{ApiError, Dialect, ErrorKind, Status, StatusKind, Timestamp};

fn can(dialect: Dialect) -> Capabilities {
    dialect.adapter().capabilities()
}

fn run(kind: StatusKind, updated: i64) -> Run {
    Run { updated_at: Some(Timestamp(updated)), ..Run::new("run_1", "wf", Status::new(kind, kind.slug())) }
}

fn error(kind: ErrorKind) -> ApiError {
    ApiError::new(kind, "the vendor's words")
}

fn case(verb: Verb, dialect: Dialect, kind: StatusKind, repeatable: bool) -> Case {
    let mut case = Case::new(verb, can(dialect), run(kind, 1), repeatable);
    case.begin();
    case
}

/// Read and found fit.
fn case_of(verb: Verb, kind: StatusKind) -> Case {
    let mut case = case(verb, Dialect::SuperAi, kind, false);
    case.read(Ok(run(kind, 1)));
    case
}

/// Read, found fit, sent, and the answer lost.
fn lost(verb: Verb, dialect: Dialect, kind: StatusKind, repeatable: bool) -> Case {
    let mut case = case(verb, dialect, kind, repeatable);
    case.read(Ok(run(kind, 1)));
    assert_eq!(case.turn(), Some(Turn::Send(0)));
    case.sent(Err(error(ErrorKind::Timeout)));
    case
}

#[test]
fn who_can_do_what_is_the_vendors_and_the_statuses_word() {
    use StatusKind::{Cancelling, Completed, Deleted, Failed, Running, Stale, Unknown, Waiting};
    for (verb, dialect, kind, expected) in [
        (Verb::Cancel, Dialect::Retab, Running, Ok(())),
        (Verb::Cancel, Dialect::Retab, Waiting, Ok(())),
        (Verb::Cancel, Dialect::Retab, Unknown, Ok(())),
        (Verb::Cancel, Dialect::SuperAi, Cancelling, Err(Exclusion::Asked)),
        (Verb::Cancel, Dialect::SuperAi, Completed, Err(Exclusion::Finished)),
        (Verb::Cancel, Dialect::TableFlow, Running, Err(Exclusion::NoCall)),
        (Verb::Rerun, Dialect::Retab, Failed, Ok(())),
        (Verb::Rerun, Dialect::SuperAi, Stale, Ok(())),
        (Verb::Rerun, Dialect::SuperAi, Deleted, Err(Exclusion::Gone)),
        (Verb::Rerun, Dialect::SuperAi, Waiting, Err(Exclusion::GoesOn)),
        (Verb::Rerun, Dialect::RetabReviews, Failed, Err(Exclusion::NoCall)),
        (Verb::Delete, Dialect::RetabReviews, Failed, Ok(())),
        (Verb::Delete, Dialect::Retab, Running, Err(Exclusion::GoesOn)),
        (Verb::Delete, Dialect::FlowStack, Failed, Err(Exclusion::NoCall)),
    ] {
        assert_eq!(allowed(verb, &can(dialect), kind), expected, "{verb:?} {dialect:?} {kind:?}");
    }
}

#[test]
fn nothing_is_sent_before_the_run_was_read_and_found_fit() {
    let mut ended = case(Verb::Cancel, Dialect::Retab, StatusKind::Running, true);
    assert_eq!(ended.turn(), Some(Turn::Read(0)));
    ended.read(Ok(run(StatusKind::Completed, 2)));
    assert_eq!((ended.turn(), ended.phase), (None, Phase::Ended(Ended::Out(Exclusion::Finished))));

    let mut gone = case(Verb::Delete, Dialect::Retab, StatusKind::Failed, false);
    gone.read(Err(error(ErrorKind::NotFound)));
    assert_eq!(gone.phase, Phase::Ended(Ended::Out(Exclusion::Gone)));

    let mut unread = case(Verb::Delete, Dialect::Retab, StatusKind::Failed, false);
    unread.read(Err(error(ErrorKind::Vendor)));
    assert!(matches!(unread.phase, Phase::Ended(Ended::NotSent(_))) && unread.may_try_again());
    unread.again();
    unread.begin();
    assert_eq!(unread.turn(), Some(Turn::Read(0)));
}

#[test]
fn a_refusal_keeps_the_vendors_words_and_can_be_tried_again() {
    let mut refused = case(Verb::Rerun, Dialect::SuperAi, StatusKind::Failed, false);
    refused.read(Ok(run(StatusKind::Failed, 1)));
    refused.sent(Err(error(ErrorKind::Conflict)));
    assert_eq!(refused.phase, Phase::Ended(Ended::Refused(error(ErrorKind::Conflict))));
    refused.begin();
    refused.read(Ok(run(StatusKind::Failed, 1)));
    refused.sent(Ok(ActionOutcome::Requested));
    assert_eq!((refused.may_try_again(), refused.phase), (false, Phase::Ended(Ended::Came(ActionOutcome::Requested))));

    let mut failed = case(Verb::Cancel, Dialect::Retab, StatusKind::Running, true);
    failed.read(Ok(run(StatusKind::Running, 1)));
    failed.sent(Err(ApiError::new(ErrorKind::Refused, "the engine is down")));
    assert!(matches!(failed.phase, Phase::Ended(Ended::Refused(error)) if error.detail == "the engine is down"));
}

#[test]
fn a_lost_answer_is_looked_for_and_never_sent_again_unseen() {
    for (verb, before, after, outcome) in [
        (Verb::Cancel, StatusKind::Running, Ok(run(StatusKind::Cancelling, 2)), ActionOutcome::Requested),
        (Verb::Cancel, StatusKind::Running, Ok(run(StatusKind::Cancelled, 2)), ActionOutcome::Done),
        (Verb::Rerun, StatusKind::Failed, Ok(run(StatusKind::Queued, 2)), ActionOutcome::Requested),
        (Verb::Rerun, StatusKind::Failed, Ok(run(StatusKind::Completed, 2)), ActionOutcome::Requested),
        (Verb::Delete, StatusKind::Failed, Err(error(ErrorKind::NotFound)), ActionOutcome::Done),
    ] {
        let mut case = lost(verb, Dialect::SuperAi, before, false);
        assert_eq!(case.turn(), Some(Turn::Read(800)), "{verb:?}");
        case.read(Ok(run(before, 1)));
        assert_eq!(case.turn(), Some(Turn::Read(2_000)), "not yet");
        case.read(after);
        assert_eq!(case.phase, Phase::Ended(Ended::Came(outcome)));
    }
}

#[test]
fn what_cannot_be_found_is_not_confirmed_and_a_retry_reads_first() {
    let mut case = lost(Verb::Rerun, Dialect::SuperAi, StatusKind::Failed, false);
    for _ in 0..3 {
        assert!(matches!(case.turn(), Some(Turn::Read(_))));
        case.read(Ok(run(StatusKind::Failed, 1)));
    }
    assert_eq!((case.turn(), &case.phase), (None, &Phase::Ended(Ended::Unconfirmed)));
    let mut late = case.clone();
    late.begin();
    late.read(Ok(run(StatusKind::Running, 3)));
    assert_eq!(late.phase, Phase::Ended(Ended::Came(ActionOutcome::Requested)), "it had been accepted");
    case.begin();
    case.read(Ok(run(StatusKind::Failed, 1)));
    assert_eq!(case.turn(), Some(Turn::Send(0)), "it had not");

    // What came in place of an answer is kept, with the id of its request.
    let failed = ApiError { request_id: Some("req_7".into()), ..error(ErrorKind::Vendor) };
    let mut answered = case_of(Verb::Delete, StatusKind::Failed);
    answered.sent(Err(failed.clone()));
    while answered.turn().is_some() {
        answered.read(Err(error(ErrorKind::Timeout)));
    }
    assert_eq!((&answered.phase, answered.no_answer()), (&Phase::Ended(Ended::Unconfirmed), Some(&failed)));

    // A new run leaves no trace in the old one: without a key it is never sent twice.
    let mut unsafe_one = lost(Verb::Rerun, Dialect::Retab, StatusKind::Failed, false);
    while unsafe_one.turn().is_some() {
        unsafe_one.read(Ok(run(StatusKind::Failed, 1)));
    }
    assert!(!unsafe_one.may_try_again());
}

#[test]
fn with_the_vendors_key_the_same_write_goes_again() {
    let mut case = lost(Verb::Rerun, Dialect::Retab, StatusKind::Failed, true);
    assert_eq!(case.turn(), Some(Turn::Send(800)));
    case.sent(Ok(ActionOutcome::NewRun("run_2".into())));
    assert_eq!(case.phase, Phase::Ended(Ended::Came(ActionOutcome::NewRun("run_2".into()))));

    // A refusal of the second says nothing about the first.
    let mut doubtful = lost(Verb::Cancel, Dialect::Retab, StatusKind::Running, true);
    doubtful.sent(Err(error(ErrorKind::Conflict)));
    assert!(doubtful.phase == Phase::Ended(Ended::Unconfirmed) && doubtful.may_try_again());
}

#[test]
fn a_limit_is_waited_for_and_nothing_counts_as_done_by_it() {
    let limited = |seconds| ApiError { retry_after: seconds, ..error(ErrorKind::RateLimited) };
    let mut case = case(Verb::Delete, Dialect::Retab, StatusKind::Failed, false);
    assert_eq!(case.read(Err(limited(Some(7)))), Some(7));
    assert_eq!(case.turn(), Some(Turn::Read(0)));
    case.read(Ok(run(StatusKind::Failed, 1)));
    assert_eq!(case.sent(Err(limited(None))), Some(30));
    assert_eq!(case.turn(), Some(Turn::Send(0)));
    for _ in 0..20 {
        case.sent(Err(limited(Some(90_000))));
    }
    assert!(matches!(case.phase, Phase::Ended(Ended::NotSent(_))), "it does not go on for ever");
}

#[test]
fn stopping_stops_what_was_not_sent() {
    let (mut waiting, mut checking) = (
        Case::new(Verb::Cancel, can(Dialect::Retab), run(StatusKind::Running, 1), true),
        case(Verb::Cancel, Dialect::Retab, StatusKind::Running, true),
    );
    let mut sending = checking.clone();
    sending.read(Ok(run(StatusKind::Running, 1)));
    // What a stop would spare is what the button counts: also those that are only being read.
    assert_eq!(tally_of(&[&waiting, &checking, &sending]).unsent, 2);
    for case in [&mut waiting, &mut checking, &mut sending] {
        case.stop();
    }
    checking.read(Ok(run(StatusKind::Running, 1)));
    assert_eq!(
        (&waiting.phase, &checking.phase, &sending.phase),
        (&Phase::Ended(Ended::Stopped), &Phase::Ended(Ended::Stopped), &Phase::Sending)
    );
    let tally = tally_of(&[&waiting, &checking, &sending]);
    assert_eq!((tally.all, tally.stopped, tally.under_way, tally.ended(), tally.going()), (3, 2, 1, 2, true));
}

fn tally_of(cases: &[&Case]) -> Tally {
    let mut tally = Tally::default();
    for case in cases {
        tally.add(&case.phase);
    }
    tally
}

fn any_kind() -> impl Strategy<Value = ErrorKind> {
    prop::sample::select(vec![
        ErrorKind::Timeout,
        ErrorKind::Vendor,
        ErrorKind::GatewayUnreachable,
        ErrorKind::NotFound,
        ErrorKind::Conflict,
        ErrorKind::RateLimited,
        ErrorKind::VendorUnreachable,
        ErrorKind::Forbidden,
    ])
}

proptest! {
    /// Whatever is answered: it ends, and a write whose answer was lost is not sent again without the vendor's key before the
    /// run was read.
    #[test]
    fn every_case_ends_and_never_sends_blindly(
        answers in prop::collection::vec((any_kind(), prop::sample::select(StatusKind::ALL.to_vec()), any::<bool>()), 80),
        repeatable in any::<bool>(),
        verb in prop::sample::select(Verb::ALL.to_vec()),
    ) {
        let mut case = Case::new(verb, can(Dialect::SuperAi), run(StatusKind::Failed, 1), repeatable);
        let (mut doubtful, mut tries) = (false, 0);
        case.begin();
        for (kind, status, fine) in answers {
            let Some(turn) = case.turn() else {
                tries += 1;
                if tries > 3 || !case.may_try_again() {
                    break;
                }
                case.begin();
                continue;
            };
            match turn {
                Turn::Read(_) => {
                    doubtful &= !fine;
                    case.read(if fine { Ok(run(status, 1)) } else { Err(error(kind)) });
                }
                Turn::Send(_) => {
                    prop_assert!(repeatable || !doubtful, "sent again without looking");
                    let answer = error(kind);
                    doubtful |= !fine && answer.outcome_unknown();
                    case.sent(if fine { Ok(ActionOutcome::Requested) } else { Err(answer) });
                }
            }
        }
        let mut left = 60;
        while case.turn().is_some() && left > 0 {
            left -= 1;
            match case.turn() {
                Some(Turn::Read(_)) => case.read(Err(error(ErrorKind::Vendor))),
                _ => case.sent(Err(error(ErrorKind::Vendor))),
            };
        }
        prop_assert!(case.turn().is_none(), "{:?} does not end", case.phase);
    }
}
