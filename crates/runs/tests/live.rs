//! Polling: which answer counts, when to ask again, how far a decision has got.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use proptest::prelude::*;
use runs::model::review::Decision;
use runs::model::{Fact, FactName, FactValue, NoNumber, Numbering, Page, Quota, ReviewRef, Run, RunDetail, Step};
use runs::reading::live::{
    Advance, Backoff, Pace, Progress, absent, advance, append, later, merge_page, new_runs, newer, number, over, refresh, says_the_same,
    scarce,
};
use runs::{ApiError, ErrorKind, Status, StatusKind, Timestamp};

fn run(id: &str, kind: StatusKind, updated: Option<i64>) -> Run {
    Run { updated_at: updated.map(Timestamp), ..Run::new(id, "wf", Status::new(kind, kind.slug())) }
}

fn attempt(number: u32, run: Run) -> Run {
    Run { attempt: Some(number), ..run }
}

use StatusKind::{Cancelled, Completed, Failed, NotStarted, Resuming, Running, Stale, Waiting};

#[test]
fn an_older_answer_never_replaces_a_newer_one() {
    assert!(!newer(&run("a", Running, Some(20)), &run("a", Waiting, Some(10))));
    assert!(newer(&run("a", Running, Some(10)), &run("a", Waiting, Some(20))));
}

#[test]
fn a_newer_answer_replaces_even_a_final_status() {
    assert!(newer(&run("a", Completed, Some(10)), &run("a", Running, Some(20))));
    assert!(newer(&run("a", Completed, Some(10)), &run("a", Stale, Some(20))));
}

#[test]
fn at_equal_times_a_final_status_stays() {
    assert!(!newer(&run("a", Completed, Some(10)), &run("a", Running, Some(10))));
    assert!(newer(&run("a", Running, Some(10)), &run("a", Completed, Some(10))));
    assert!(newer(&run("a", Running, Some(10)), &run("a", Waiting, Some(10))));
}

#[test]
fn without_times_a_finished_run_never_goes_back_to_running() {
    for (known, answer) in [(None, None), (Some(10), None), (None, Some(10))] {
        assert!(!newer(&run("a", Failed, known), &run("a", Running, answer)));
        assert!(newer(&run("a", Failed, known), &run("a", Stale, answer)));
        assert!(newer(&run("a", Running, known), &run("a", Waiting, answer)));
    }
}

#[test]
fn a_later_attempt_counts_whatever_its_time() {
    let (first, second) = (attempt(1, run("a", Completed, Some(20))), attempt(2, run("a", Running, Some(10))));
    assert!(newer(&first, &second));
    assert!(!newer(&second, &first));
}

#[test]
fn a_refresh_moves_nothing_and_keeps_new_runs_aside() {
    let mut shown = vec![run("c", Running, Some(5)), run("b", Running, Some(5)), run("a", Completed, Some(5))];
    let answer = vec![
        run("e", Running, Some(9)),
        run("d", Running, Some(9)),
        run("c", Completed, Some(9)),
        run("b", Running, Some(5)),
        run("e", Running, Some(9)),
    ];
    let found = refresh(&mut shown, answer);
    assert_eq!(shown.iter().map(|run| run.id.as_str()).collect::<Vec<_>>(), ["c", "b", "a"]);
    assert_eq!(found.changed, [0]);
    assert_eq!(found.fresh.iter().map(|run| run.id.as_str()).collect::<Vec<_>>(), ["e", "d"]);
    assert_eq!(shown[0].status.kind, Completed);
}

#[test]
fn what_a_newer_answer_does_not_hold_is_named() {
    let shown = [run("c", Waiting, None), run("b", Waiting, None), run("a", Waiting, None)];
    assert_eq!(absent(&shown, &[run("d", Waiting, None), run("c", Waiting, None), run("a", Waiting, None)]), [1]);
    assert_eq!(absent(&shown, &[]), [0, 1, 2]);
    assert!(absent(&[], &shown).is_empty());
}

#[test]
fn a_row_brought_up_to_date_by_its_run_keeps_what_only_the_list_tells() {
    let row = Run { flow_name: Some("Invoices".into()), number: Some(7), waiting_since: Some(Timestamp(1)), ..run("a", Waiting, Some(1)) };
    let read = Run { finished_at: Some(Timestamp(9)), ..run("a", Cancelled, Some(9)) };
    let now = over(&row, &read);
    assert_eq!((now.flow_name.as_deref(), now.number, now.status.kind), (Some("Invoices"), Some(7), Cancelled));
    assert_eq!((now.waiting_since, now.finished_at), (None, Some(Timestamp(9))), "it waits no more");
}

#[test]
fn only_an_answer_that_says_so_is_certainly_later() {
    assert!(later(&run("a", Waiting, Some(1)), &run("a", Cancelled, Some(2))));
    assert!(!later(&run("a", Waiting, Some(2)), &run("a", Cancelled, Some(2))));
    assert!(
        !later(&run("a", Waiting, None), &run("a", Cancelled, Some(2))) && !later(&run("a", Waiting, Some(1)), &run("a", Cancelled, None))
    );
    assert!(later(&attempt(1, run("a", Completed, Some(9))), &attempt(2, run("a", Running, Some(1)))));
}

#[test]
fn older_runs_that_move_up_are_no_news() {
    let mut shown = vec![run("c", Running, None), run("b", Running, None)];
    let found = refresh(&mut shown, vec![run("c", Running, None), run("a", Completed, None)]);
    assert!(found.fresh.is_empty() && found.changed.is_empty());
    assert_eq!(new_runs(&["c", "b"], &["c", "a"]), 0);
}

#[test]
fn pages_hold_each_run_once() {
    let shown = [run("b", Completed, Some(9))];
    let page = merge_page(&shown, vec![run("c", Running, None), run("b", Running, Some(5)), run("c", Running, None)]);
    assert_eq!(page.iter().map(|run| (run.id.as_str(), run.status.kind)).collect::<Vec<_>>(), [("c", Running), ("b", Completed)]);
    let mut shown = page;
    assert_eq!(append(&mut shown, vec![run("b", Running, None), run("a", Running, None)]), 1);
    assert_eq!(shown.len(), 3);
}

#[test]
fn new_runs_are_counted_before_the_first_known() {
    assert_eq!(new_runs(&["b", "a"], &["d", "c", "b", "a"]), 2);
    assert_eq!(new_runs(&["b", "a"], &["d", "d", "b"]), 1);
    assert_eq!(new_runs(&["a"], &["z", "y"]), 2);
    assert_eq!(new_runs(&[], &[]), 0);
}

#[test]
fn offsets_advance_by_the_growth_of_the_total() {
    assert_eq!(advance(50, Some(100), Some(103)), Advance { offset: 53, shifted: false });
    assert_eq!(advance(50, Some(100), Some(100)), Advance { offset: 50, shifted: false });
    assert!(advance(50, Some(100), Some(90)).shifted && advance(50, None, Some(9)).shifted);
}

fn delay(backoff: &Backoff) -> Option<u32> {
    backoff.delay(Timestamp(0), None, 0.0)
}

#[test]
fn an_active_run_is_asked_every_two_seconds_a_list_every_five() {
    assert_eq!(delay(&Backoff::new(Pace::RunPage)), Some(2_000));
    assert_eq!(delay(&Backoff::new(Pace::List)), Some(5_000));
    assert_eq!(delay(&Backoff::new(Pace::Count)), Some(60_000));
}

#[test]
fn idleness_grows_to_a_minute_and_a_change_brings_it_back() {
    let mut backoff = Backoff::new(Pace::WaitingRun);
    let mut last = 0;
    for _ in 0..40 {
        backoff.answered(false);
        let now = delay(&backoff).unwrap();
        assert!(now >= last);
        last = now;
    }
    assert_eq!(last, 60_000);
    backoff.answered(true);
    assert_eq!(delay(&backoff), Some(2_000));
}

#[test]
fn a_run_at_work_is_asked_every_ten_seconds_at_least_one_that_waits_every_minute() {
    let mut backoff = Backoff::new(Pace::RunPage);
    (0..40).for_each(|_| backoff.answered(false));
    assert_eq!(delay(&backoff), Some(10_000));
    backoff.keep(Pace::WaitingRun);
    assert_eq!(delay(&backoff), Some(60_000));
    backoff.answered(true);
    backoff.keep(Pace::RunPage);
    assert_eq!(delay(&backoff), Some(2_000));
}

#[test]
fn errors_double_and_retry_after_is_obeyed() {
    let mut backoff = Backoff::new(Pace::RunPage);
    backoff.failed(&ApiError::new(ErrorKind::Vendor, "503"));
    assert_eq!(delay(&backoff), Some(4_000));
    let limited = ApiError { retry_after: Some(120), ..ApiError::new(ErrorKind::RateLimited, "429") };
    backoff.failed(&limited);
    assert_eq!(delay(&backoff), Some(120_000));
    backoff.answered(true);
    assert_eq!(delay(&backoff), Some(2_000));
    for _ in 0..50 {
        backoff.failed(&ApiError::new(ErrorKind::Timeout, ""));
    }
    assert_eq!(delay(&backoff), Some(60_000));
}

#[test]
fn a_refused_key_and_a_finished_run_end_the_asking() {
    let mut backoff = Backoff::new(Pace::List);
    backoff.failed(&ApiError::new(ErrorKind::Unauthorized, ""));
    assert_eq!(delay(&backoff), None);
    backoff.wake();
    assert_eq!(delay(&backoff), Some(5_000));
    backoff.finished(true);
    assert_eq!(delay(&backoff), None);
    backoff.finished(false);
    assert_eq!(delay(&backoff), Some(5_000));
}

#[test]
fn a_scarce_quota_is_spread_until_it_resets() {
    let backoff = Backoff::new(Pace::List);
    let quota = |remaining, cost| Quota { limit: 100, remaining, resets_at: Some(Timestamp(600_000)), cost };
    let ask = |remaining, cost| backoff.delay(Timestamp(0), Some(quota(remaining, cost)), 0.0);
    assert_eq!(ask(499, 1), Some(5_000));
    assert_eq!(ask(99, 1), Some(12_000), "already while much is left: it has to last");
    assert_eq!(ask(99, 2), Some(24_000), "an answer of two requests comes half as often");
    assert_eq!(ask(9, 1), Some(120_000));
    assert_eq!(ask(0, 1), Some(600_000));
    assert!(scarce(quota(99, 1), Timestamp(0)) && !scarce(quota(499, 1), Timestamp(0)));
}

#[test]
fn who_comes_back_does_not_wait_out_idleness_but_what_the_vendor_asked_for() {
    let mut backoff = Backoff::new(Pace::List);
    (0..40).for_each(|_| backoff.answered(false));
    assert_eq!((delay(&backoff), backoff.eager(Timestamp(0), None)), (Some(60_000), Some(5_000)));
    backoff.failed(&ApiError { retry_after: Some(120), ..ApiError::new(ErrorKind::RateLimited, "429") });
    assert_eq!(backoff.eager(Timestamp(0), None), Some(120_000));
    backoff.answered(true);
    let scarce = Quota { limit: 100, remaining: 9, resets_at: Some(Timestamp(600_000)), cost: 1 };
    assert_eq!(backoff.eager(Timestamp(0), Some(scarce)), Some(120_000));
    backoff.finished(true);
    assert_eq!(backoff.eager(Timestamp(0), None), None);
}

#[test]
fn whatever_is_left_lasts_until_it_resets() {
    for (limit, cost, hour) in [(100, 2, 3_600_000), (100, 1, 3_600_000), (1_000, 2, 3_600_000), (100, 5, 60_000), (3, 2, 3_600_000)] {
        let backoff = Backoff::new(Pace::List);
        let (mut now, mut remaining, mut answers) = (0i64, limit, 0);
        loop {
            let quota = Quota { limit, remaining, resets_at: Some(Timestamp(hour)), cost };
            now += i64::from(backoff.delay(Timestamp(now), Some(quota), 0.0).unwrap());
            if now >= hour {
                break;
            }
            assert!(remaining >= cost, "{limit} an hour, {cost} an answer: used up after {now} ms");
            remaining -= cost;
            answers += 1;
        }
        assert!(answers * cost <= limit, "{answers}");
        assert!(limit < 100 || answers > 0);
    }
}

fn detail(status: StatusKind, waits: &[&str], steps: &[(&str, StatusKind, Option<i64>)]) -> RunDetail {
    let mut run = run("r", status, None);
    run.waiting_on = waits.iter().map(|id| (*id).to_owned()).collect();
    RunDetail {
        run,
        history: Vec::new(),
        history_derived: true,
        steps: steps
            .iter()
            .map(|(id, status, from)| Step {
                id: (*id).into(),
                node: (*id).into(),
                name: format!("Step {id}"),
                kind: None,
                status: Status::new(*status, ""),
                started_at: from.map(Timestamp),
                finished_at: None,
                duration_ms: None,
                attempt: 1,
                parent: None,
                iteration: None,
                input: None,
                output: None,
                error: None,
                facts: Vec::new(),
                other: Vec::new(),
            })
            .collect(),
        steps_cut: false,
        attempts: Vec::new(),
        files: Vec::new(),
        inputs: Vec::new(),
        outputs: Vec::new(),
        facts: Vec::new(),
        reviews: waits.iter().map(|id| ReviewRef::new(*id, "", None)).collect(),
        other: Vec::new(),
        raw: Vec::new(),
    }
}

const AT: fn(i64) -> Timestamp = Timestamp;

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

fn any_run() -> impl Strategy<Value = Run> {
    let kind = proptest::sample::select(StatusKind::ALL.to_vec());
    ("[a-f]", kind, proptest::option::of(0..5i64), proptest::option::of(1..3u32))
        .prop_map(|(id, kind, updated, attempt)| Run { attempt, ..run(&id, kind, updated) })
}

proptest! {
    #[test]
    fn two_answers_never_replace_each_other_in_turn_unless_alike(left in any_run(), right in any_run()) {
        let both = newer(&left, &right) && newer(&right, &left);
        prop_assert!(!both || left.status.kind.is_final() == right.status.kind.is_final());
    }

    #[test]
    fn rows_are_never_doubled(mut shown in proptest::collection::vec(any_run(), 0..6), answer in proptest::collection::vec(any_run(), 0..8)) {
        shown = merge_page(&[], shown);
        let ids = |runs: &[Run]| runs.iter().map(|run| run.id.clone()).collect::<Vec<_>>();
        let distinct = |runs: &[Run]| { let mut ids = ids(runs); ids.sort(); ids.dedup(); ids.len() == runs.len() };
        prop_assert!(distinct(&merge_page(&shown, answer.clone())));
        let before = ids(&shown);
        let found = refresh(&mut shown, answer.clone());
        prop_assert_eq!(ids(&shown), before.clone());
        prop_assert!(distinct(&found.fresh));
        let known: Vec<&str> = before.iter().map(String::as_str).collect();
        let asked: Vec<&str> = answer.iter().map(|run| run.id.as_str()).collect();
        prop_assert_eq!(new_runs(&known, &asked), found.fresh.len());
        append(&mut shown, answer);
        prop_assert!(distinct(&shown));
    }

    #[test]
    fn pauses_are_never_shorter_than_asked_nor_endless(
        failures in 0..100u32, quiet in 0..1_000u32, retry in proptest::option::of(any::<u32>()), jitter: f64, now: i64,
        limit: u32, remaining: u32, resets: Option<i64>
    ) {
        let mut backoff = Backoff::new(Pace::RunPage);
        for _ in 0..quiet { backoff.answered(false); }
        for _ in 0..failures { backoff.failed(&ApiError { retry_after: retry, ..ApiError::new(ErrorKind::RateLimited, "") }); }
        let quota = Quota { limit, remaining, resets_at: resets.map(Timestamp), cost: 1 };
        let millis = backoff.delay(Timestamp(now), Some(quota), jitter).unwrap();
        prop_assert!((2_000..=4_320_000).contains(&millis), "{}", millis);
        if let (Some(retry), true) = (retry, failures > 0) { prop_assert!(millis >= retry.min(3_600) * 1_000); }
    }
}

fn page(ids: &[&str], first_number: Numbering, total: Option<u64>) -> Page<Run> {
    let items = ids.iter().map(|id| run(id, Running, None)).collect();
    Page { items, older: None, newer: None, total, first_number, quota: None, unread: Vec::new() }
}

#[test]
fn rows_shown_first_are_numbered_by_the_next_answer() {
    let (pending, moving) = (Numbering::Underivable(NoNumber::Pending), Numbering::Underivable(NoNumber::Moving));
    let numbered = |was: Numbering, latest: Page<Run>| {
        let mut shown = page(&["c", "b"], was, None);
        number(&mut shown, &latest);
        (shown.first_number, shown.total)
    };
    for was in [pending, moving] {
        assert_eq!(numbered(was, page(&["c", "b"], Numbering::From(30), Some(30))), (Numbering::From(30), Some(30)));
        // Two runs came in between: the rows shown stay where they are, and keep their own numbers.
        assert_eq!(numbered(was, page(&["e", "d", "c"], Numbering::From(32), Some(32))), (Numbering::From(30), Some(32)));
        assert_eq!(numbered(was, page(&["z", "y"], Numbering::From(90), Some(90))), (moving, Some(90)), "too many came");
        let none = Numbering::Underivable(NoNumber::NoTotal);
        assert_eq!(numbered(was, page(&["c", "b"], none, None)), (none, None), "the reason is told");
    }
    let known = Numbering::From(7);
    assert_eq!(numbered(known, page(&["c", "b"], Numbering::From(30), Some(30))), (known, None), "what is known is not told anew");
}

#[test]
fn a_stamp_alone_is_no_news() {
    let waits = |updated, status| {
        let mut detail = detail(status, &["hil"], &[("hil", Waiting, Some(5))]);
        let stamp = Fact { name: FactName::UpdatedAt, value: FactValue::Time(AT(updated)) };
        (detail.run.updated_at, detail.steps[0].facts) = (Some(AT(updated)), vec![stamp]);
        detail.raw = vec![("GET".into(), updated.into())];
        detail
    };
    assert!(says_the_same(&waits(10, Waiting), &waits(20, Waiting)));
    assert!(!says_the_same(&waits(10, Waiting), &waits(20, Running)));
    let mut further = waits(20, Waiting);
    further.reviews.clear();
    assert!(!says_the_same(&waits(10, Waiting), &further));
}
