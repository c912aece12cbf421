//! What holds for all histories and steps.

use super::*;

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
