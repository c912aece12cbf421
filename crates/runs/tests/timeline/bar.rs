//! The history of statuses as a bar.

use super::*;

#[test]
fn an_empty_history_draws_nothing() {
    let bar = bar(&[], 5, false, true);
    assert!(bar.segments.is_empty() && bar.rows.is_empty());
    assert_eq!(bar.totals.total_ms, 0);
}

#[test]
fn missing_start_begins_at_the_first_event() {
    let bar = bar(&[(Waiting, 10 * MIN), (Running, 12 * MIN), (Completed, 13 * MIN)], 13 * MIN, true, false);
    assert_eq!(lasted(&bar), [Some(120_000), Some(60_000), None]);
    assert_eq!((bar.totals.total_ms, bar.totals.waiting_ms, bar.totals.working_ms), (180_000, 120_000, 60_000));
}

#[test]
fn no_end_runs_to_the_last_poll_and_stays_open() {
    let bar = bar(&[(Queued, 0), (Running, 2_000)], 10_000, false, true);
    assert_eq!(lasted(&bar), [Some(2_000), Some(8_000)]);
    assert!(bar.segments[1].open && bar.rows[1].open && !bar.segments[0].open);
    assert_eq!(bar.segments[1].to, Timestamp(10_000));
}

#[test]
fn what_time_alone_moves_is_drawn_of_the_same_parts() {
    let steps = |status| [step("a", Completed, Some(0), Some(5_000)), step("b", status, Some(5_000), None)];
    let (before, later, other) = (draw(&steps(Waiting), 9_000), draw(&steps(Waiting), 12_000), draw(&steps(Running), 12_000));
    assert_ne!(before, later);
    assert!(before.rows.iter().zip(&later.rows).all(|(row, now)| row.is_like(now)));
    assert!(!later.rows.iter().zip(&other.rows).all(|(row, now)| row.is_like(now)));
}

#[test]
fn end_before_start_never_goes_negative() {
    let bar = bar(&[(Queued, 10_000), (Running, 20_000)], 5_000, false, true);
    assert_eq!(lasted(&bar), [Some(10_000), Some(0)]);
    assert_eq!(bar.totals.total_ms, 10_000);
}

#[test]
fn equal_times_keep_their_order_and_stay_visible() {
    let bar = bar(&[(Queued, 0), (Running, 0), (Completed, 60_000)], 60_000, true, true);
    let shares: Vec<_> = bar.segments.iter().map(|segment| (segment.status.kind, segment.share >= 0.01)).collect();
    assert_eq!(shares, [(Queued, true), (Running, true), (Completed, true)]);
    assert!(bar.segments[1].share > 0.9);
}

#[test]
fn events_out_of_order_are_put_in_order() {
    let bar = bar(&[(Completed, 9_000), (Queued, 0), (Running, 1_000)], 9_000, true, true);
    assert_eq!(bar.rows.iter().map(|row| row.status.kind).collect::<Vec<_>>(), [Queued, Running, Completed]);
}

#[test]
fn widths_are_in_proportion_to_time() {
    let bar = bar(&[(Running, 0), (Waiting, 3 * MIN), (Running, 4 * MIN)], 10 * MIN, false, true);
    let shares: Vec<f64> = bar.segments.iter().map(|segment| segment.share).collect();
    assert!((shares[0] - 0.3).abs() < 1e-9 && (shares[1] - 0.1).abs() < 1e-9 && (shares[2] - 0.6).abs() < 1e-9, "{shares:?}");
}

#[test]
fn three_hours_of_waiting_are_folded_with_both_ends_shown() {
    let events = [(Queued, 0), (Running, 2_000), (Waiting, 3 * MIN), (Resuming, 7 * MIN), (Running, 7 * MIN + 2_000), (Waiting, 8 * MIN)];
    let end = 8 * MIN + 3 * HOUR;
    let folded = bar(&events, end, false, true);
    let tail: Vec<_> = folded.segments.iter().skip(5).map(|segment| (segment.kind, segment.part, segment.open)).collect();
    assert_eq!(tail, [(SegKind::Wait, Section::Head, false), (SegKind::Fold, Section::Cut, false), (SegKind::Wait, Section::Tail, true)]);
    let cut = &folded.segments[6];
    // 8 minutes of everything else: a quarter of that, 2 minutes, stays at each end.
    assert_eq!(cut.millis, u64::try_from(3 * HOUR - 4 * MIN).unwrap());
    assert!(folded.segments[5..].iter().all(|segment| segment.stretch_ms == u64::try_from(3 * HOUR).unwrap() && segment.event == 5));
    assert_eq!(folded.segments[2].part, Section::Whole, "four minutes of waiting beside it stay whole");
    assert_eq!(folded.totals.waiting_ms, u64::try_from(3 * HOUR + 4 * MIN).unwrap());
    assert_eq!(folded.totals.working_ms, u64::try_from(4 * MIN - 2_000).unwrap());
    let whole = bar(&events, end, false, false);
    assert!(whole.segments.iter().all(|segment| segment.part == Section::Whole));
    assert_eq!(whole.totals, folded.totals);
    assert_eq!(whole.rows, folded.rows);
}

#[test]
fn a_wait_of_less_than_forty_percent_is_not_folded() {
    let bar = bar(&[(Running, 0), (Waiting, 61), (Completed, 100)], 100, true, true);
    assert!(bar.segments.iter().all(|segment| segment.kind != SegKind::Fold));
}

#[test]
fn work_is_never_folded_and_neither_is_what_may_be_work() {
    for kind in [Running, Unknown] {
        let bar = bar(&[(Queued, 0), (kind, 1_000)], 9 * HOUR, false, true);
        assert!(bar.segments.iter().all(|segment| segment.kind != SegKind::Fold), "{kind:?}");
    }
}

#[test]
fn two_days_until_it_went_stale_count_as_idle() {
    let bar = bar(&[(Running, 0), (Completed, MIN), (Stale, 48 * HOUR)], 50 * HOUR, true, true);
    assert_eq!(bar.totals.idle_ms, u64::try_from(48 * HOUR - MIN).unwrap());
    assert_eq!(bar.totals.waiting_ms, 0);
    assert_eq!(bar.rows.last().unwrap().lasted, None);
    assert!(bar.segments.iter().any(|segment| segment.kind == SegKind::Fold));
}
