//! Slow and failing vendors: told, never waited for, and taken in where they belong.

use crate::world::*;
use runs::reading::merge::{Fetch, PageState};

fn two() -> World {
    World::new(
        vec![Vendor { kind: ALL, lists: vec![list(100, 2, 40)], page: 10 }, Vendor { kind: ALL, lists: vec![list(99, 2, 40)], page: 10 }],
        8,
    )
}

fn of(world: &World, source: usize) -> Fetch {
    world.under_way.iter().find(|ask| matches!(ask, Fetch::Runs { stream, .. } if *stream == source)).unwrap().clone()
}

fn answer(world: &mut World, source: usize, fails: bool) {
    let ask = of(world, source);
    let at = world.under_way.iter().position(|other| *other == ask).unwrap();
    world.answer(at, fails.then(refused));
    world.advance(&everything);
}

#[test]
fn a_slow_one_is_waited_for_until_told_not_to_and_comes_in_when_asked_for() {
    let mut world = two();
    world.advance(&everything);
    answer(&mut world, 0, false);
    assert_eq!((world.ids(0).len(), world.state()), (0, PageState::Reading), "no order before the other has answered");
    let slow = of(&world, 1);
    assert!(world.pages.merge.pass_over(std::slice::from_ref(&slow)));
    assert!(!world.pages.merge.pass_over(&[slow]), "once");
    world.advance(&everything);
    assert_eq!(world.ids(0), (0..8).map(|at| format!("0-0-{at}")).collect::<Vec<_>>());
    assert!(world.pages.merge.missing(1).slow);

    // It comes: nothing moves until somebody asks for it.
    let shown = world.ids(0);
    answer(&mut world, 1, false);
    assert_eq!(world.ids(0), shown);
    let missing = world.pages.merge.missing(1);
    assert_eq!((missing.slow, missing.late), (false, 10));
    // Older goes on without it, and stays in order.
    assert!(world.pages.turn());
    world.fill();
    assert_eq!(world.ids(1), (8..16).map(|at| format!("0-0-{at}")).collect::<Vec<_>>());
    let asked = world.asked.len();
    assert_eq!(world.pages.show(1), Some(0), "it is missing from the first page on");
    world.advance(&everything);
    assert_eq!(world.asked.len(), asked, "nothing is read for that");
    assert_eq!(world.ids(0), world.truth()[..8]);
    assert_eq!(world.pages.merge.missing(1), runs::reading::merge::Missing::default());
    assert_eq!(world.all(), world.truth());
}

#[test]
fn what_comes_below_all_that_is_shown_just_follows() {
    let mut world = World::new(
        vec![Vendor { kind: ALL, lists: vec![list(100, 1, 3)], page: 10 }, Vendor { kind: ALL, lists: vec![list(50, 1, 3)], page: 10 }],
        8,
    );
    world.advance(&everything);
    answer(&mut world, 0, false);
    let slow = of(&world, 1);
    world.pages.merge.pass_over(&[slow]);
    world.advance(&everything);
    assert_eq!((world.ids(0).len(), world.state()), (3, PageState::Ended));
    assert!(world.pages.merge.missing(1).slow);
    answer(&mut world, 1, false);
    assert_eq!(world.ids(0), world.truth());
    assert_eq!(world.pages.merge.missing(1), runs::reading::merge::Missing::default());
}

#[test]
fn a_failing_one_holds_up_nobody_and_is_tried_again() {
    let mut world = two();
    world.advance(&everything);
    answer(&mut world, 1, true);
    answer(&mut world, 0, false);
    assert_eq!(world.ids(0).len(), 8);
    assert_eq!(world.pages.merge.missing(1).error, Some(refused()));
    world.pages.merge.retry(1);
    world.advance(&everything);
    assert!(world.pages.merge.missing(1).slow, "asked again, it has not answered yet");
    answer(&mut world, 1, true);
    assert!(world.pages.merge.missing(1).error.is_some());
    world.pages.merge.retry(1);
    world.advance(&everything);
    answer(&mut world, 1, false);
    assert_eq!(world.pages.merge.missing(1).late, 10);
    world.pages.show(1);
    assert_eq!(world.all(), world.truth());
}

#[test]
fn one_that_fails_further_down_is_taken_in_on_the_page_where_it_was_missed() {
    let mut world = two();
    world.fill();
    for _ in 0..2 {
        assert!(world.pages.turn());
        world.advance(&everything);
        while !world.under_way.is_empty() {
            let fails = matches!(world.under_way[0], Fetch::Runs { stream: 1, .. });
            world.answer(0, fails.then(refused));
            world.advance(&everything);
        }
    }
    // Its first ten rows are among those shown; from the twentieth row on it is missing.
    assert_eq!(world.ids(0), world.truth()[..8]);
    assert_eq!(world.ids(1), world.truth()[8..16]);
    assert_eq!(world.ids(2)[..4], world.truth()[16..20]);
    assert!(world.ids(2)[4..].iter().all(|id| id.starts_with("0-")));
    assert!(world.pages.merge.missing(1).error.is_some());
    world.pages.merge.retry(1);
    world.fill();
    assert_eq!(world.pages.merge.missing(1).late, 10);
    assert_eq!(world.pages.show(1), Some(2));
    world.fill();
    assert_eq!(world.ids(2), world.truth()[16..24]);
    assert_eq!(world.all(), world.truth());
}

#[test]
fn flows_that_cannot_be_read_are_told_like_runs_that_cannot() {
    let mut world = World::new(
        vec![Vendor { kind: EACH, lists: vec![list(9, 1, 2)], page: 5 }, Vendor { kind: ALL, lists: vec![list(5, 1, 2)], page: 5 }],
        8,
    );
    world.advance(&everything);
    let flows = world.under_way.iter().position(|ask| matches!(ask, Fetch::Flows { .. })).unwrap();
    world.answer(flows, Some(refused()));
    world.fill();
    assert_eq!(world.ids(0), ["1-0-0", "1-0-1"]);
    assert!(world.pages.merge.missing(0).error.is_some());
    world.pages.merge.retry(0);
    world.fill();
    assert_eq!(world.pages.merge.missing(0).late, 2);
    assert_eq!(world.pages.show(0), Some(0));
    world.fill();
    assert_eq!(world.ids(0), world.truth());
}

#[test]
fn all_fail() {
    let mut world = two();
    world.advance(&everything);
    answer(&mut world, 0, true);
    answer(&mut world, 1, true);
    assert_eq!((world.state(), world.ids(0).len()), (PageState::Ended, 0));
    assert!((0..2).all(|source| world.pages.merge.missing(source).error.is_some()));
    world.pages.merge.retry(0);
    world.pages.merge.retry(1);
    world.fill();
    assert_eq!(world.ids(0).len(), 8, "with nothing shown the first to come just comes in");
    assert_eq!(world.pages.show(1), Some(0));
    assert_eq!(world.all(), world.truth());
}
