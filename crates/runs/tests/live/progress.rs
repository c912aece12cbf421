//! How far a decision has got, and what holds for all answers.

use super::*;

#[test]
fn recorded_resumed_and_next_step_are_three_facts_with_three_times() {
    let steps = [("in", Completed, Some(0)), ("hil", Waiting, Some(5)), ("post", NotStarted, None)];
    let mut progress = Progress::start(&detail(Waiting, &["hil"], &steps), "hil", AT(100));
    assert!(!progress.late(AT(30_099)) && progress.late(AT(30_100)));
    let decision = Decision { approved: Some(true), at: Some(AT(110)), ..Decision::default() };
    progress.decided(&decision, AT(120));
    assert_eq!((progress.recorded, progress.resumed), (Some(AT(110)), None));
    progress.see(&detail(Resuming, &[], &steps), AT(130));
    assert_eq!(progress.resumed, None, "a decision is not a resume");
    progress.see(&detail(Running, &[], &steps), AT(140));
    assert_eq!((progress.resumed, progress.next_step.clone()), (Some(AT(140)), None));
    let moved = [steps[0], ("hil", StatusKind::Approved, Some(5)), ("post", Running, Some(155))];
    progress.see(&detail(Running, &[], &moved), AT(160));
    assert_eq!(progress.next_step, Some(("Step post".into(), AT(155))));
    assert!(progress.settled() && !progress.late(AT(1_000_000)));
    progress.see(&detail(Completed, &[], &moved), AT(200));
    assert_eq!(progress.ended.as_ref().map(|(status, at)| (status.kind, *at)), Some((Completed, AT(200))));
    assert_eq!(progress.resumed, Some(AT(140)), "what was seen once stays");
}

#[test]
fn a_run_that_moves_on_does_not_prove_whose_decision_it_was() {
    let mut progress = Progress::start(&detail(Waiting, &["hil"], &[]), "hil", AT(0));
    progress.see(&detail(Running, &[], &[]), AT(10));
    assert_eq!((progress.recorded, progress.resumed), (None, Some(AT(10))));
}

#[test]
fn still_waiting_here_or_a_status_that_says_nothing_is_no_resume() {
    for seen in
        [detail(Waiting, &["hil"], &[]), detail(Running, &["hil"], &[]), detail(Waiting, &[], &[]), detail(StatusKind::Unknown, &[], &[])]
    {
        let mut progress = Progress::start(&detail(Waiting, &["hil"], &[]), "hil", AT(0));
        progress.see(&seen, AT(10));
        assert_eq!(progress.resumed, None, "{:?}", seen.run.status);
    }
    let mut progress = Progress::start(&detail(Waiting, &["hil"], &[]), "hil", AT(0));
    progress.see(&detail(Waiting, &["other"], &[]), AT(10));
    assert_eq!(progress.resumed, Some(AT(10)), "it waits at another step");
}

#[test]
fn a_rejected_run_ends_without_a_next_step() {
    let mut progress = Progress::start(&detail(Waiting, &["hil"], &[]), "hil", AT(0));
    progress.see(&detail(Cancelled, &[], &[]), AT(10));
    assert!(progress.settled() && progress.next_step.is_none() && progress.ended.is_some());
}
