//! What a list of runs comes to.
#![allow(clippy::unwrap_used, clippy::panic)]

use proptest::prelude::*;
use runs::model::{Run, Statistics};
use runs::reading::summary::{Bar, Basis, Counts, Durations, Listed, MOST_BARS, OutcomeGroup, Summary, histogram, success_rate, took};
use runs::{Status, StatusKind, Timestamp};

const HOUR: i64 = 3_600_000;
const DAY: i64 = 24 * HOUR;

fn at(text: &str) -> Timestamp {
    Timestamp::parse(text).unwrap()
}

fn run(kind: StatusKind, duration_ms: Option<u64>) -> Run {
    Run {
        created_at: Some(at("2026-11-01T10:00:00Z")),
        started_at: Some(at("2026-11-01T10:00:01Z")),
        duration_ms,
        ..Run::new("run_1", "wf_1", Status::new(kind, ""))
    }
}

/// Minutes east of UTC in Berlin: summer time from the last Sunday of March to that of October, 2020 to 2030.
fn berlin(at: Timestamp) -> i32 {
    let changes = [
        ("2020-03-29T01:00:00Z", "2020-10-25T01:00:00Z"),
        ("2025-03-30T01:00:00Z", "2025-10-26T01:00:00Z"),
        ("2026-03-29T01:00:00Z", "2026-10-25T01:00:00Z"),
        ("2027-03-28T01:00:00Z", "2027-10-31T01:00:00Z"),
    ];
    let summer = changes.iter().any(|(from, to)| at >= self::at(from) && at < self::at(to));
    if summer { 120 } else { 60 }
}

/// São Paulo in 2018: the clocks went from 0:00 to 1:00 on 4 November, so that the day has no midnight.
fn sao_paulo(at: Timestamp) -> i32 {
    if at >= self::at("2018-11-04T03:00:00Z") { -120 } else { -180 }
}

/// A made-up zone whose clocks go back from 24:00 to 23:00 on 10 November 2026: its evening comes twice.
fn twice(at: Timestamp) -> i32 {
    if at >= self::at("2026-11-10T23:00:00Z") { 0 } else { 60 }
}

#[test]
fn every_status_is_one_thing_and_the_counts_add_up() {
    let runs: Vec<Run> = StatusKind::ALL.into_iter().map(|kind| run(kind, None)).collect();
    let counts = Counts::of(&runs);
    assert_eq!(counts.all(), StatusKind::ALL.len() as u64);
    assert_eq!(OutcomeGroup::ALL.map(|became| counts.get(became)), [3, 1, 5, 3, 5]);
    assert_eq!(OutcomeGroup::of(StatusKind::CompletedEdited), OutcomeGroup::Succeeded);
    assert_eq!(OutcomeGroup::of(StatusKind::Rejected), OutcomeGroup::Failed);
    assert_eq!(OutcomeGroup::of(StatusKind::Cancelled), OutcomeGroup::Other);
    assert_eq!(OutcomeGroup::of(StatusKind::Unknown), OutcomeGroup::Other);
}

#[test]
fn a_rate_is_rounded_but_never_to_all_or_nothing() {
    for (succeeded, failed, wanted) in [
        (0, 0, None),
        (1, 0, Some(1_000)),
        (0, 7, Some(0)),
        (1, 1, Some(500)),
        (2, 1, Some(667)),
        (1_249, 35, Some(973)),
        (999_999, 1, Some(999)),
        (1, 999_999, Some(1)),
        (u64::MAX, u64::MAX, Some(500)),
    ] {
        assert_eq!(success_rate(succeeded, failed), wanted, "{succeeded} of {succeeded} and {failed}");
    }
}

#[test]
fn durations_are_of_what_is_over_and_says_how_long_it_took() {
    assert_eq!(Durations::of(&[run(StatusKind::Running, Some(5_000)), run(StatusKind::Completed, None)]), None);
    let mut measured = run(StatusKind::Failed, None);
    measured.finished_at = Some(at("2026-11-01T10:00:05Z"));
    assert_eq!(took(&measured), Some(4_000), "from its start to its end");
    let runs =
        [measured, run(StatusKind::Completed, Some(1_000)), run(StatusKind::Cancelled, Some(100_000)), run(StatusKind::Waiting, Some(7))];
    assert_eq!(Durations::of(&runs), Some(Durations { runs: 3, mean: 35_000, median: 4_000 }));
    assert_eq!(Durations::of(&runs[..2]), Some(Durations { runs: 2, mean: 2_500, median: 2_500 }));
}

#[test]
fn each_figure_is_the_vendors_where_it_has_one_and_else_of_what_was_loaded() {
    let loaded = [
        run(StatusKind::Completed, Some(1_000)),
        run(StatusKind::Completed, Some(3_000)),
        run(StatusKind::Failed, Some(8_000)),
        run(StatusKind::Waiting, None),
        run(StatusKind::Queued, None),
        run(StatusKind::Cancelled, Some(2_000)),
    ];
    let newest = Some(at("2026-11-22T10:00:00Z"));
    let own = Summary::of(None, &loaded, Listed { total: None, whole: false, newest });
    let durations = Some(Durations { runs: 4, mean: 3_500, median: 2_500 });
    let wanted = Summary {
        total: (6, Basis::Loaded),
        under_way: (1, Basis::Loaded),
        ended: Some((2, 1, Basis::Loaded)),
        waiting: (1, Basis::Loaded),
        durations,
        mean: Some((3_500, Basis::Loaded)),
        last_run: newest,
    };
    assert_eq!(own, wanted);

    let said = Statistics {
        total: Some(1_245),
        succeeded: Some(1_228),
        failed: Some(15),
        mean_ms: Some(9_999),
        last_run: Some(at("2026-11-22T10:00:05Z")),
        ..Statistics::default()
    };
    let both = Summary::of(Some(&said), &loaded, Listed { total: Some(7), whole: false, newest });
    assert_eq!((both.total, both.ended), ((1_245, Basis::Vendor), Some((1_228, 15, Basis::Vendor))));
    assert_eq!((both.waiting, both.under_way), ((1, Basis::Loaded), (1, Basis::Loaded)), "what it does not say is counted here");
    assert_eq!((both.mean, both.durations), (Some((9_999, Basis::Vendor)), durations), "a mean of its own, the median of what was loaded");
    assert_eq!(both.last_run, said.last_run, "the newer of the two");

    let empty = Summary::of(Some(&Statistics { succeeded: Some(0), failed: Some(0), ..Statistics::default() }), &[], Listed::default());
    assert_eq!((empty.ended, empty.durations, empty.mean, empty.last_run), (None, None, None, None), "no rate of nothing");
    let listed = Summary::of(None, &loaded, Listed { total: Some(70), ..Listed::default() });
    assert_eq!(listed.total, (70, Basis::Vendor), "the total of the list is the vendor's");
}

fn counted(bars: &[Bar]) -> u64 {
    bars.iter().map(|bar| bar.counts.all()).sum()
}

#[test]
fn a_day_is_half_hours_of_the_zones_clock() {
    let (first, last) = (at("2026-11-21T09:10:00Z"), at("2026-11-22T08:59:00Z"));
    let half_past = |_: Timestamp| 330;
    let bars = histogram(&[(first, OutcomeGroup::Failed), (last, OutcomeGroup::Waiting)], first, last, &half_past);
    assert_eq!((bars.len(), bars[0].to.0 - bars[0].from.0), (48, HOUR / 2));
    assert_eq!(bars[0].from, at("2026-11-21T09:00:00Z"));
    assert_eq!((bars[0].counts.get(OutcomeGroup::Failed), bars[47].counts.get(OutcomeGroup::Waiting), counted(&bars)), (1, 1, 2));
}

#[test]
fn days_of_the_zone_may_have_23_or_25_hours() {
    let days = |from: &str, to: &str, zone: fn(Timestamp) -> i32| {
        let bars = histogram(&[], at(from), at(to), &zone);
        bars.iter().map(|bar| (bar.to.0 - bar.from.0) / HOUR).collect::<Vec<_>>()
    };
    let spring = days("2026-03-10T12:00:00Z", "2026-04-20T12:00:00Z", berlin);
    assert_eq!((spring.len(), spring.iter().filter(|hours| **hours == 23).count(), spring[19]), (42, 1, 23));
    let autumn = days("2026-10-05T12:00:00Z", "2026-11-15T12:00:00Z", berlin);
    assert_eq!((autumn.iter().filter(|hours| **hours == 25).count(), autumn[20]), (1, 25));
    // A day without a midnight begins at one o'clock.
    let bars = histogram(&[], at("2018-10-20T12:00:00Z"), at("2018-11-20T12:00:00Z"), &sao_paulo);
    let short = bars.iter().find(|bar| bar.to.0 - bar.from.0 == 23 * HOUR).unwrap();
    assert_eq!(short.from, at("2018-11-04T03:00:00Z"));
    // A day whose last hour comes twice ends after the second time.
    let bars = histogram(&[], at("2026-10-20T12:00:00Z"), at("2026-11-20T12:00:00Z"), &twice);
    let long = bars.iter().find(|bar| bar.to.0 - bar.from.0 == 25 * HOUR).unwrap();
    assert_eq!((long.from, long.to), (at("2026-11-09T23:00:00Z"), at("2026-11-11T00:00:00Z")));
}

#[test]
fn one_moment_and_many_years_are_drawn_too() {
    let now = at("2026-11-22T09:00:00.400Z");
    let one = histogram(&[(now, OutcomeGroup::Succeeded)], now, now, &berlin);
    assert_eq!((one.len(), counted(&one)), (1, 1));
    let long = histogram(&[], Timestamp(0), at("2199-01-01T00:00:00Z"), &berlin);
    assert!((24..=MOST_BARS).contains(&long.len()), "{}", long.len());
    // A clock that is wrong puts the end before the beginning.
    assert_eq!(histogram(&[], at("2026-11-22T10:00:00Z"), now, &berlin).len(), 1);
}

fn became() -> impl Strategy<Value = OutcomeGroup> {
    prop::sample::select(OutcomeGroup::ALL.to_vec())
}

proptest! {
    #[test]
    fn every_run_is_in_exactly_one_bar_and_bars_join(
        start in 1_577_836_800_000i64..1_830_000_000_000,
        span in prop_oneof![0..10_000i64, 0..3 * DAY, 0..400 * DAY, 0..8_000 * DAY],
        runs in prop::collection::vec((0.0..=1.0f64, became()), 0..120),
        zone in prop::sample::select(vec![berlin as fn(Timestamp) -> i32, sao_paulo, twice, |_| -570, |_| 0]),
    ) {
        let runs: Vec<(Timestamp, OutcomeGroup)> = runs.into_iter().map(|(share, became)| (Timestamp(start + (span as f64 * share) as i64), became)).collect();
        let (first, last) = (Timestamp(start), Timestamp(start + span));
        let bars = histogram(&runs, first, last, &zone);
        prop_assert!(!bars.is_empty() && bars.len() <= MOST_BARS);
        prop_assert!(bars[0].from <= first && bars[bars.len() - 1].to > last);
        prop_assert!(bars.iter().all(|bar| bar.from < bar.to));
        prop_assert!(bars.windows(2).all(|two| two[0].to == two[1].from));
        prop_assert_eq!(counted(&bars), runs.len() as u64);
        for became in OutcomeGroup::ALL {
            let drawn: u64 = bars.iter().map(|bar| bar.counts.get(became)).sum();
            prop_assert_eq!(drawn, runs.iter().filter(|(_, other)| *other == became).count() as u64);
        }
    }

    #[test]
    fn the_median_has_as_many_on_either_side(took in prop::collection::vec(0..10_000_000u64, 1..60)) {
        let runs: Vec<Run> = took.iter().map(|took| run(StatusKind::Completed, Some(*took))).collect();
        let found = Durations::of(&runs).unwrap();
        let below = took.iter().filter(|one| **one < found.median).count();
        let above = took.iter().filter(|one| **one > found.median).count();
        prop_assert!(below <= took.len() / 2 && above <= took.len() / 2);
        prop_assert!(found.mean >= *took.iter().min().unwrap() && found.mean <= *took.iter().max().unwrap());
        prop_assert_eq!(found.runs, took.len() as u64);
    }

    #[test]
    fn a_rate_lies_within_a_thousandth_of_the_truth(succeeded in 0..1_000_000_000u64, failed in 0..1_000_000_000u64) {
        if let Some(rate) = success_rate(succeeded, failed) {
            let exact = succeeded as f64 * 1_000.0 / (succeeded + failed) as f64;
            prop_assert!((f64::from(rate) - exact).abs() <= 1.0);
            prop_assert_eq!(rate == 1_000, failed == 0);
            prop_assert_eq!(rate == 0, succeeded == 0);
        } else {
            prop_assert_eq!(succeeded + failed, 0);
        }
    }
}
