//! Which answer counts, and what it does to a page.

use super::*;

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
fn a_run_that_an_answer_lists_twice_is_one_row_without_a_number() {
    let page = |ids: &[&str]| Page {
        items: ids.iter().map(|id| run(id, Completed, None)).collect(),
        total: Some(9),
        older: None,
        newer: None,
        first_number: Numbering::From(9),
        quota: None,
        unread: Vec::new(),
    };
    let mut twice = page(&["a", "b", "a", "c", "b"]);
    distinct(&mut twice);
    assert_eq!(twice, Page { first_number: Numbering::Underivable(NoNumber::Moving), ..page(&["a", "b", "c"]) });
    let mut once = page(&["a", "b"]);
    distinct(&mut once);
    assert_eq!(once, page(&["a", "b"]));
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
