//! Drawing time: the nasty histories and steps by name, and what holds for all of them.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use proptest::prelude::*;
use runs::model::{StatusEvent, Step};
use runs::reading::timeline::{BarKind, Gantt, GanttOptions, Holding, RowKind, Section, SegKind, Side, StatusBar, gantt, status_segments};
use runs::{Status, StatusKind, Timestamp};
use std::collections::BTreeSet;

const MIN: i64 = 60_000;
const HOUR: i64 = 60 * MIN;

fn event(kind: StatusKind, at: i64) -> StatusEvent {
    StatusEvent { status: Status::new(kind, kind.slug()), at: Timestamp(at), why: Some(format!("at {at}")) }
}

fn bar(events: &[(StatusKind, i64)], end: i64, final_: bool, fold: bool) -> StatusBar {
    let history: Vec<_> = events.iter().map(|(kind, at)| event(*kind, *at)).collect();
    status_segments(&history, Timestamp(end), final_, fold)
}

fn lasted(bar: &StatusBar) -> Vec<Option<u64>> {
    bar.rows.iter().map(|row| row.lasted).collect()
}

fn step(id: &str, status: StatusKind, from: Option<i64>, to: Option<i64>) -> Step {
    Step {
        id: id.into(),
        node: id.into(),
        name: id.to_uppercase(),
        kind: None,
        status: Status::new(status, ""),
        started_at: from.map(Timestamp),
        finished_at: to.map(Timestamp),
        duration_ms: None,
        attempt: 1,
        parent: None,
        iteration: None,
        input: None,
        output: None,
        error: None,
        facts: Vec::new(),
        other: Vec::new(),
    }
}

fn try_(node: &str, attempt: u32, status: StatusKind, from: i64, to: Option<i64>) -> Step {
    Step { node: node.into(), attempt, ..step(&format!("{node}-{attempt}"), status, Some(from), to) }
}

fn round(node: &str, iteration: u32, status: StatusKind, from: i64, to: i64) -> Step {
    Step {
        node: node.into(),
        parent: Some("loop".into()),
        iteration: Some(iteration),
        ..step(&format!("{node}-{iteration}"), status, Some(from), Some(to))
    }
}

#[test]
fn steps_of_which_only_durations_are_known_stand_one_after_the_other() {
    let lasting = |id: &str, status, millis| Step { duration_ms: millis, ..step(id, status, None, None) };
    let steps =
        [lasting("a", Completed, Some(5)), lasting("b", Failed, Some(450)), lasting("c", Running, None), lasting("d", NotStarted, None)];
    let options = GanttOptions { begin: Some(Timestamp(1_000)), ..GanttOptions::default() };
    let drawn = gantt(&steps, Timestamp(2_000), &options);
    let spans: Vec<_> = drawn.rows.iter().map(|row| (row.from.map(|at| at.0), row.to.map(|at| at.0))).collect();
    assert_eq!(spans, [(Some(1_000), Some(1_005)), (Some(1_005), Some(1_455)), (Some(1_455), Some(2_000)), (None, None)]);
    assert!(drawn.in_sequence, "it is said that nobody told when they began");
    let timed = [step("a", Completed, Some(1_000), Some(1_200)), lasting("b", Completed, Some(5))];
    let drawn = gantt(&timed, Timestamp(2_000), &options);
    assert!(!drawn.in_sequence && drawn.rows.iter().any(|row| row.from.is_none()), "where times are known, none are made up");
    let unknown = gantt(&steps, Timestamp(2_000), &GanttOptions::default());
    assert!(!unknown.in_sequence && unknown.rows.iter().all(|row| row.from.is_none()), "nor without a beginning");
}

fn draw(steps: &[Step], end: i64) -> Gantt {
    gantt(steps, Timestamp(end), &GanttOptions::default())
}

fn kinds(gantt: &Gantt, row: usize) -> Vec<BarKind> {
    gantt.rows[row].bars.iter().map(|bar| bar.kind).collect()
}

use StatusKind::{Approved, Cancelled, Completed, Failed, NotStarted, Queued, Rejected, Resuming, Running, Stale, Unknown, Waiting};

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

#[test]
fn a_failing_try_is_outlined_with_a_gap_before_the_next() {
    let steps = [
        step("in", Completed, Some(0), Some(1_000)),
        try_("look", 1, Failed, 1_000, Some(3_000)),
        try_("look", 2, Completed, 4_000, Some(6_000)),
    ];
    let gantt = draw(&steps, 10_000);
    assert_eq!(gantt.rows.len(), 2);
    assert_eq!(kinds(&gantt, 1), [BarKind::Retry, BarKind::Gap, BarKind::Work]);
    assert_eq!((gantt.rows[1].tries.clone(), gantt.rows[1].step), (vec![1, 2], Some(2)));
    assert_eq!(gantt.rows[1].id, "look-2");
    let bars = &gantt.rows[1].bars;
    assert!((bars[0].x - 0.1).abs() < 1e-9 && (bars[0].w - 0.2).abs() < 1e-9, "{bars:?}");
    assert!((bars[1].x - 0.3).abs() < 1e-9 && (bars[1].w - 0.1).abs() < 1e-9);
    assert_eq!(gantt.rows[1].lasted_ms, Some(5_000));
}

#[test]
fn the_last_failure_is_solid_and_tries_come_in_their_order() {
    let steps = [try_("erp", 3, Failed, 700, Some(1_000)), try_("erp", 1, Failed, 0, Some(300)), try_("erp", 2, Failed, 300, Some(600))];
    let gantt = draw(&steps, 1_000);
    assert_eq!(kinds(&gantt, 0), [BarKind::Retry, BarKind::Retry, BarKind::Gap, BarKind::Fail]);
}

#[test]
fn twelve_iterations_fold_into_ranges_around_the_failing_one() {
    let mut steps = vec![step("loop", Completed, Some(0), Some(12_000))];
    steps.extend((0..12).map(|at: u32| {
        let status = if at == 6 { Failed } else { Completed };
        round("match", at, status, i64::from(at) * 1_000, i64::from(at) * 1_000 + 900)
    }));
    let gantt = draw(&steps, 12_000);
    let rows: Vec<_> = gantt.rows.iter().map(|row| (row.kind, row.depth, row.open)).collect();
    assert_eq!(
        rows,
        [
            (RowKind::Loop { iterations: 12 }, 0, Some(true)),
            (RowKind::Range { first: 1, last: 6 }, 1, Some(false)),
            (RowKind::Iteration { number: 7 }, 1, None),
            (RowKind::Range { first: 8, last: 12 }, 1, Some(false)),
        ]
    );
    let loop_ = &gantt.rows[0];
    assert_eq!((loop_.counts.ok, loop_.counts.failed), (11, 1));
    assert_eq!(loop_.id, "loop");
    assert_eq!(kinds(&gantt, 0), [BarKind::Loop]);
    assert_eq!(kinds(&gantt, 2), [BarKind::Fail]);
    assert_eq!(gantt.rows[2].id, "match-6", "a link to the failing step leads to its row");

    let toggled = BTreeSet::from([gantt.rows[1].id.clone()]);
    let opened = runs::reading::timeline::gantt(&steps, Timestamp(12_000), &GanttOptions { toggled, ..GanttOptions::default() });
    let numbers: Vec<_> = opened.rows.iter().filter(|row| row.depth == 2).map(|row| row.kind).collect();
    assert_eq!(numbers, (1..=6).map(|number| RowKind::Iteration { number }).collect::<Vec<_>>());
}

#[test]
fn a_link_into_a_closed_range_opens_it() {
    let mut steps = vec![step("loop", Completed, Some(0), Some(12_000))];
    steps.extend((0..12).map(|at: u32| round("match", at, Completed, i64::from(at), i64::from(at) + 1)));
    let shows = |options: &GanttOptions| gantt(&steps, Timestamp(12_000), options).rows.iter().any(|row| row.id == "match-3");
    assert!(!shows(&GanttOptions::default()));
    assert!(shows(&GanttOptions { reveal: Some("match-3".into()), ..GanttOptions::default() }));
    let closed = BTreeSet::from(["loop".to_owned()]);
    assert!(shows(&GanttOptions { reveal: Some("match-3".into()), toggled: closed, ..GanttOptions::default() }));
}

#[test]
fn iterations_of_several_steps_are_rows_of_their_own_and_open_where_something_failed() {
    let mut steps = vec![step("loop", Failed, Some(0), Some(100))];
    for at in 0..2u32 {
        let from = i64::from(at) * 50;
        steps.push(round("read", at, Completed, from, from + 10));
        steps.push(round("post", at, if at == 1 { Failed } else { Completed }, from + 10, from + 20));
    }
    let gantt = draw(&steps, 100);
    let rows: Vec<_> = gantt.rows.iter().map(|row| (row.kind, row.depth, row.open)).collect();
    assert_eq!(
        rows,
        [
            (RowKind::Loop { iterations: 2 }, 0, Some(true)),
            (RowKind::Iteration { number: 1 }, 1, Some(false)),
            (RowKind::Iteration { number: 2 }, 1, Some(true)),
            (RowKind::Step, 2, None),
            (RowKind::Step, 2, None),
        ]
    );
}

#[test]
fn a_loop_that_no_step_stands_for_is_named_after_its_id() {
    let steps: Vec<_> = (0..5).map(|at: u32| round("match", at, Completed, i64::from(at), i64::from(at) + 1)).collect();
    let gantt = draw(&steps, 10);
    assert_eq!((gantt.rows[0].name.as_deref(), gantt.rows[0].step), (Some("loop"), None));
    assert_eq!(gantt.rows[0].status, Completed);
}

#[test]
fn waiting_is_one_break_for_all_rows_and_holds_everything() {
    let steps =
        [step("extract", Completed, Some(0), Some(MIN)), step("review", Waiting, Some(MIN), None), step("post", NotStarted, None, None)];
    let gantt = draw(&steps, 3 * HOUR);
    assert_eq!(gantt.breaks.len(), 1);
    let cut = &gantt.breaks[0];
    assert!(cut.from > Timestamp(MIN) && cut.to < Timestamp(3 * HOUR));
    assert_eq!(cut.millis, u64::try_from(cut.to.0 - cut.from.0).unwrap());
    assert!(gantt.rows[0].bars[0].w > 0.3, "the minute of work is visible: {:?}", gantt.rows[0].bars);
    assert_eq!(gantt.rows[1].holding, Some(Holding::Everything));
    assert_eq!(gantt.rows[1].label.side, Side::Before);
    assert!(gantt.rows[2].bars.is_empty());
    let end = &gantt.rows[1].bars[0];
    assert!((end.x + end.w - 1.0).abs() < 1e-9, "an open bar ends at the last poll");
    let unfolded = runs::reading::timeline::gantt(&steps, Timestamp(3 * HOUR), &GanttOptions { fold: false, ..GanttOptions::default() });
    assert!(unfolded.breaks.is_empty());
}

#[test]
fn what_else_moves_makes_it_hold_only_its_branch() {
    let mut steps = vec![step("review", Waiting, Some(0), None), step("other", Running, Some(0), None)];
    assert_eq!(draw(&steps, 1_000).rows[0].holding, Some(Holding::Branch));
    assert_eq!(kinds(&draw(&steps, 1_000), 1), [BarKind::Running]);
    steps[1].status = Status::new(Completed, "");
    steps[1].finished_at = Some(Timestamp(500));
    assert_eq!(draw(&steps, 1_000).rows[0].holding, Some(Holding::Everything));
}

#[test]
fn a_persons_time_is_hatched_however_it_ended() {
    for status in [Approved, Rejected, Waiting] {
        assert_eq!(kinds(&draw(&[step("a", status, Some(0), Some(10))], 10), 0), [BarKind::Wait]);
    }
}

#[test]
fn steps_with_half_their_times_are_drawn_as_far_as_known() {
    let only_end = Step { duration_ms: Some(400), ..step("b", Completed, None, Some(1_000)) };
    let only_duration = Step { duration_ms: Some(400), ..step("c", Completed, Some(0), None) };
    let backwards = step("d", Completed, Some(900), Some(100));
    let unfinished = step("e", Cancelled, Some(100), None);
    let gantt = draw(&[step("a", Completed, Some(0), Some(1_000)), only_end, only_duration, backwards, unfinished], 1_000);
    let by = |id: &str| gantt.rows.iter().find(|row| row.id == id).and_then(|row| row.lasted_ms);
    assert_eq!([by("a"), by("b"), by("c"), by("d"), by("e")], [Some(1_000), Some(400), Some(400), Some(0), Some(0)]);
}

#[test]
fn parents_in_a_circle_are_all_still_shown() {
    let circle = |id: &str, parent: &str| Step { parent: Some(parent.into()), iteration: Some(0), ..step(id, Completed, Some(0), Some(1)) };
    let gantt = draw(&[circle("a", "b"), circle("b", "a"), circle("c", "c")], 1);
    assert_eq!(gantt.rows.len(), 3);
}

#[test]
fn ticks_begin_with_the_time_of_day_and_keep_their_distance() {
    let gantt = draw(&[step("a", Completed, Some(5_000), Some(5_000 + 10 * MIN))], 0);
    assert!(gantt.ticks[0].absolute && gantt.ticks[0].x == 0.0 && gantt.ticks[0].at == Timestamp(5_000));
    assert_eq!(gantt.ticks[1].offset_ms, u64::try_from(2 * MIN).unwrap());
    assert!(gantt.ticks.windows(2).all(|pair| pair[1].x - pair[0].x >= 0.1 - 1e-9), "{:?}", gantt.ticks);
}

#[test]
fn a_thousand_steps_take_a_moment() {
    let mut steps = vec![step("loop", Running, Some(0), None)];
    steps.extend((0..50_000u32).map(|at| {
        let status = if at % 5 == 0 { Failed } else { Completed };
        round("match", at, status, i64::from(at) * 10, i64::from(at) * 10 + 9)
    }));
    let begun = std::time::Instant::now();
    let few = draw(&steps[..1_001], 500_000);
    assert_eq!(few.rows[0].kind, RowKind::Loop { iterations: 1_000 });
    draw(&steps, 500_000);
    assert!(begun.elapsed().as_secs() < 5, "{:?} for 51,000 steps in a debug build", begun.elapsed());
}

fn any_kind() -> impl Strategy<Value = StatusKind> {
    proptest::sample::select(StatusKind::ALL.to_vec())
}

fn any_time() -> impl Strategy<Value = i64> {
    prop_oneof![4 => 0..200i64, 4 => 0..100 * HOUR, 1 => -1_000_000_000_000_000..1_000_000_000_000_000i64]
}

fn any_step() -> impl Strategy<Value = Step> {
    let times = (proptest::option::of(any_time()), proptest::option::of(any_time()), proptest::option::of(0..10_000_000u64));
    let place = (0..12usize, 0..4u32, proptest::option::of(0..12usize), proptest::option::of(0..8u32));
    (any_kind(), times, place).prop_map(|(kind, (from, to, duration), (node, attempt, parent, iteration))| Step {
        node: format!("n{node}"),
        attempt,
        duration_ms: duration,
        parent: parent.map(|parent| format!("n{parent}")),
        iteration,
        ..step(&format!("n{node}.{attempt}.{iteration:?}.{parent:?}"), kind, from, to)
    })
}

proptest! {
    #[test]
    fn shares_add_up_and_segments_follow_each_other(
        events in proptest::collection::vec((any_kind(), any_time()), 0..30), end in any_time(), final_: bool, fold: bool
    ) {
        let bar = bar(&events, end, final_, fold);
        prop_assert_eq!(bar.rows.len(), events.len());
        if !events.is_empty() {
            let sum: f64 = bar.segments.iter().map(|segment| segment.share).sum();
            prop_assert!((sum - 1.0).abs() < 1e-6, "{}", sum);
        }
        let least = 0.01f64.min(0.3 / bar.segments.len().max(1) as f64);
        prop_assert!(bar.segments.iter().all(|segment| segment.share >= least), "{:?}", bar.segments);
        prop_assert!(bar.segments.windows(2).all(|pair| pair[0].to == pair[1].from));
        let drawn: u64 = bar.segments.iter().map(|segment| segment.millis).sum();
        let totals = &bar.totals;
        prop_assert_eq!(drawn, totals.total_ms);
        prop_assert_eq!(totals.total_ms, totals.working_ms + totals.waiting_ms + totals.queued_ms + totals.idle_ms + totals.other_ms);
        prop_assert_eq!(totals.total_ms, totals.per_status.iter().map(|(_, millis)| millis).sum::<u64>());
        prop_assert_eq!(totals.total_ms, bar.rows.iter().filter_map(|row| row.lasted).sum::<u64>());
    }

    #[test]
    fn no_history_panics(events in proptest::collection::vec((any_kind(), any::<i64>()), 0..12), end: i64, final_: bool) {
        bar(&events, end, final_, true);
    }

    #[test]
    fn every_bar_lies_on_the_track_and_every_try_in_one_row(
        mut steps in proptest::collection::vec(any_step(), 0..60), end in any_time(), fold: bool
    ) {
        for (at, step) in steps.iter_mut().enumerate() {
            step.id = format!("{}#{at}", step.id);
        }
        // All closed rows open.
        let mut options = GanttOptions { fold, ..GanttOptions::default() };
        let mut drawn = gantt(&steps, Timestamp(end), &options);
        for _ in 0..20 {
            let closed: Vec<String> = drawn.rows.iter().filter(|row| row.open == Some(false)).map(|row| row.id.clone()).collect();
            options.toggled.extend(closed);
            drawn = gantt(&steps, Timestamp(end), &options);
        }
        for bar in drawn.rows.iter().flat_map(|row| &row.bars) {
            prop_assert!(bar.x >= 0.0 && bar.w >= 0.0 && bar.x + bar.w <= 1.0 + 1e-9, "{:?}", bar);
        }
        let mut tries: Vec<usize> = drawn.rows.iter().flat_map(|row| row.tries.clone()).collect();
        tries.sort_unstable();
        prop_assert_eq!(tries, (0..steps.len()).collect::<Vec<_>>());
        let ids: BTreeSet<&str> = drawn.rows.iter().map(|row| row.id.as_str()).collect();
        prop_assert_eq!(ids.len(), drawn.rows.len(), "row ids are unique");
        for row in &drawn.rows {
            let inside = row.bars.iter().any(|bar| match row.label.side {
                Side::After => row.label.x + 1e-9 < bar.x + bar.w,
                Side::Before => row.label.x > bar.x + 1e-9,
                Side::Hidden => false,
            });
            prop_assert!(!inside, "{:?}", row);
        }
        for cut in &drawn.breaks {
            prop_assert!(cut.from < cut.to && cut.x + cut.w <= 1.0 + 1e-9);
        }
    }

    #[test]
    fn no_steps_panic(mut steps in proptest::collection::vec(any_step(), 0..20), from: i64, to: i64, end: i64) {
        for step in &mut steps {
            if let (Some(started), true) = (step.started_at.as_mut(), from % 2 == 0) { started.0 = from; }
            if let Some(finished) = step.finished_at.as_mut() { finished.0 = to; }
        }
        draw(&steps, end);
    }

    #[test]
    fn the_axis_goes_forth_and_back(from in 0..HOUR, work in 1..HOUR, wait in 0..50 * HOUR, part in 0.0..1.0f64) {
        let steps = [step("a", Completed, Some(from), Some(from + work)), step("b", Waiting, Some(from + work), None)];
        let drawn = draw(&steps, from + work + wait);
        let time = Timestamp(from).plus((part * (work + wait) as f64) as u64);
        let x = drawn.axis.x(time);
        prop_assert!((0.0..=1.0).contains(&x));
        // A cut squeezes hours into 3 %: there the way back is as coarse as a float.
        prop_assert!((drawn.axis.time(x).0 - time.0).abs() <= 2, "{:?} {:?}", time, drawn.axis.time(x));
    }
}
