//! From the undo window to the run going on.

use super::*;

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
    assert_eq!((case.phase.error(), &case.phase), (Some(&error), &Phase::Unlogged(error.clone())));
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
