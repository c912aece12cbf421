//! Steps, tries and loops as rows.

use super::*;

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
    assert!(gantt.ticks.windows(2).all(|pair| pair[1].x - pair[0].x >= 0.17 - 1e-9), "{:?}", gantt.ticks);
}

#[test]
fn a_thousand_steps_take_a_moment() {
    let mut steps = vec![step("loop", Running, Some(0), None)];
    steps.extend((0..100_000u32).map(|at| {
        let status = if at % 5 == 0 { Failed } else { Completed };
        round("match", at, status, i64::from(at) * 10, i64::from(at) * 10 + 9)
    }));
    let begun = std::time::Instant::now();
    let few = draw(&steps[..1_001], 500_000);
    assert_eq!(few.rows[0].kind, RowKind::Loop { iterations: 1_000 });
    draw(&steps, 500_000);
    // A few seconds; minutes if each step were compared with all others.
    assert!(begun.elapsed().as_secs() < 60, "{:?} for 101,000 steps in a debug build", begun.elapsed());
}
