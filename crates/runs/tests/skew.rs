//! What the page makes of a clock that is off.

use proptest::prelude::*;
use runs::Timestamp;
use runs::reading::skew::Skew;

fn learned(answers: &[(i64, i64, i64)]) -> Skew {
    let mut skew = Skew::NONE;
    for (asked, came, told) in answers {
        skew.learn(Timestamp(*asked), Timestamp(*came), Timestamp(*told));
    }
    skew
}

#[test]
fn a_clock_that_is_off_is_noticed_and_a_slow_answer_is_not_mistaken_for_one() {
    assert_eq!(learned(&[]).correction(), 0);
    // The answer took 30 s: anything in between is possible, so nothing is corrected.
    assert_eq!(learned(&[(0, 30_000, 29_000)]).correction(), 0);
    assert_eq!(learned(&[(0, 100, 999)]).correction(), 0, "less than a second is none");
    // Seven minutes slow, and an hour fast.
    let slow = learned(&[(0, 200, 420_100)]);
    assert_eq!((slow.correction(), slow.worth_saying()), (419_900, Some(419_900)));
    assert_eq!(learned(&[(3_600_000, 3_600_200, 100)]).correction(), -3_599_900);
    let little = learned(&[(0, 10, 4_000)]);
    assert_eq!((little.correction(), little.worth_saying()), (3_990, None));
}

#[test]
fn answers_narrow_each_other_down_until_a_clock_is_set() {
    let apart = [(0, 5_000, 61_000), (10_000, 10_040, 70_020)];
    assert_eq!(learned(&apart).correction(), 59_980);
    // Set right, or the computer slept through a correction.
    assert_eq!(learned(&[apart[0], apart[1], (80_000, 80_040, 80_020)]).correction(), 0);
    // Set back between question and answer: tells nothing.
    assert_eq!(learned(&[apart[1], (90_000, 20_000, 80_000)]).correction(), 59_980);
}

proptest! {
    #[test]
    fn the_correction_never_goes_beyond_the_truth(off in -100_000_000i64..100_000_000, answers in prop::collection::vec((0i64..1_000_000, 0i64..40_000, 0i64..40_000), 1..20)) {
        let mut skew = Skew::NONE;
        for (asked, there, back) in answers {
            skew.learn(Timestamp(asked), Timestamp(asked + there + back), Timestamp(asked + there + off));
        }
        let correction = skew.correction();
        prop_assert!(if off >= 0 { (0..=off).contains(&correction) } else { (off..=0).contains(&correction) }, "{correction} of {off}");
    }

    #[test]
    fn any_times_are_taken(asked: i64, came: i64, told: i64) {
        let mut skew = Skew::NONE;
        skew.learn(Timestamp(asked), Timestamp(came), Timestamp(told));
        skew.worth_saying();
    }
}
