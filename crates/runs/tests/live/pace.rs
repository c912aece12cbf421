//! When to ask again.

use super::*;

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
fn what_is_asked_rarely_is_asked_again_soon_after_an_error() {
    let mut backoff = Backoff::new(Pace::Count);
    assert_eq!(delay(&backoff), Some(60_000));
    let limited = ApiError { retry_after: Some(1), ..ApiError::new(ErrorKind::RateLimited, "503") };
    for next in [10_000, 20_000, 40_000, 60_000, 60_000] {
        backoff.failed(&limited);
        assert_eq!(delay(&backoff), Some(next));
    }
    backoff.answered(true);
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

#[test]
fn a_pace_is_known_by_its_number_and_the_fastest_comes_first() {
    for (number, pace) in Pace::ALL.into_iter().enumerate() {
        assert_eq!(pace as usize, number);
    }
    assert!(Pace::ALL.windows(2).all(|two| two[0].base() <= two[1].base()));
}
