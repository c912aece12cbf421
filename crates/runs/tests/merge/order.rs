//! Whatever answers come first, whatever fails and is tried again: the order is that of everything sorted at once.

use crate::world::*;
use proptest::prelude::*;
use runs::reading::merge::PageState;

fn vendor() -> impl Strategy<Value = Vendor> {
    let moments = || prop::collection::vec(prop::option::weighted(0.9, 0..40i64), 0..24);
    let newest_first = |moments: Vec<Option<i64>>| {
        // Mostly in order, as vendors list them; runs without a moment stay where they are.
        let mut known: Vec<i64> = moments.iter().flatten().copied().collect();
        known.sort_by(|one, other| other.cmp(one));
        let mut known = known.into_iter();
        moments.into_iter().map(|moment| moment.and_then(|_| known.next())).collect::<Vec<_>>()
    };
    let shuffled = prop::bool::weighted(0.1);
    (prop::bool::ANY, prop::collection::vec((moments(), shuffled), 1..4), 1..7usize).prop_map(move |(all_flows, lists, page)| {
        let lists = lists.into_iter().map(|(moments, shuffled)| if shuffled { moments } else { newest_first(moments) });
        let lists: Vec<_> = lists.take(if all_flows { 1 } else { 3 }).collect();
        Vendor { kind: if all_flows { ALL } else { EACH }, lists, page }
    })
}

/// What happens next, among all that can.
#[derive(Clone, Copy, Debug)]
enum Chance {
    Answer(usize),
    Fail(usize),
    PassOver(usize),
    Retry(usize),
    Show(usize),
    Turn,
}

fn chances() -> impl Strategy<Value = Vec<Chance>> {
    let chance = prop_oneof![
        6 => any::<usize>().prop_map(Chance::Answer),
        1 => any::<usize>().prop_map(Chance::Fail),
        2 => any::<usize>().prop_map(Chance::PassOver),
        1 => any::<usize>().prop_map(Chance::Retry),
        2 => any::<usize>().prop_map(Chance::Show),
        2 => Just(Chance::Turn),
    ];
    prop::collection::vec(chance, 0..160)
}

/// The rows shown are a part of the truth in its order, and each is there once.
fn in_order(world: &World, truth: &[String]) -> Result<(), TestCaseError> {
    let count = world.pages.pages().len();
    let shown: Vec<String> = (0..count).flat_map(|page| world.ids(page)).collect();
    let mut rest = truth.iter();
    for id in &shown {
        prop_assert!(rest.any(|other| other == id), "{id} is out of order or there twice: {shown:?} of {truth:?}");
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, ..ProptestConfig::default() })]

    #[test]
    fn any_interleaving_gives_the_order_of_everything_sorted(
        vendors in prop::collection::vec(vendor(), 1..5),
        size in 1..9usize,
        chances in chances(),
    ) {
        let mut world = World::new(vendors, size);
        let truth = world.truth();
        let sources = world.vendors.len();
        world.advance(&everything);
        for chance in chances {
            let many = world.under_way.len().max(1);
            match chance {
                Chance::Answer(at) if !world.under_way.is_empty() => world.answer(at % many, None),
                Chance::Fail(at) if !world.under_way.is_empty() => world.answer(at % many, Some(refused())),
                Chance::PassOver(at) if !world.under_way.is_empty() => {
                    let ask = world.under_way[at % many].clone();
                    world.pages.merge.pass_over(&[ask]);
                }
                Chance::Retry(source) => world.pages.merge.retry(source % sources),
                Chance::Show(source) => { world.pages.show(source % sources); }
                Chance::Turn => { world.pages.turn(); }
                _ => {}
            }
            world.advance(&everything);
            in_order(&world, &truth)?;
        }
        // In the end everything is answered and taken in.
        for _ in 0..1_000 {
            for source in 0..sources {
                world.pages.merge.retry(source);
            }
            world.fill();
            let shown = (0..sources).filter(|source| world.pages.show(*source).is_some()).count();
            if shown == 0 && world.state() != PageState::Reading && !world.pages.turn() {
                break;
            }
            world.advance(&everything);
        }
        let shown: Vec<String> = (0..world.pages.pages().len()).flat_map(|page| world.ids(page)).collect();
        prop_assert_eq!(shown, truth);
    }

    #[test]
    fn pages_cut_the_order_without_gap_or_double(vendors in prop::collection::vec(vendor(), 1..5), size in 1..9usize) {
        let mut world = World::new(vendors, size);
        let truth = world.truth();
        prop_assert_eq!(world.all(), truth);
        let pages = world.pages.pages();
        prop_assert!(pages.iter().rev().skip(1).all(|page| page.to - page.from == size));
    }
}

#[test]
fn of_one_moment_connections_come_as_configured_and_runs_as_listed() {
    let same = |count| vec![Some(7); count];
    let mut world = World::new(
        vec![
            Vendor { kind: EACH, lists: vec![same(2), same(1)], page: 1 },
            Vendor { kind: ALL, lists: vec![vec![Some(9), None, Some(7), None]], page: 2 },
        ],
        20,
    );
    // The one without a moment stands right after the one before it; last of all is what follows the runs of its own list.
    let wanted = ["1-0-0", "1-0-1", "0-0-0", "0-0-1", "0-1-0", "1-0-2", "1-0-3"];
    assert_eq!(world.all(), wanted);
    let mut unknown = World::new(
        vec![Vendor { kind: ALL, lists: vec![list(9, 1, 2)], page: 5 }, Vendor { kind: ALL, lists: vec![vec![None, Some(3)]], page: 5 }],
        9,
    );
    assert_eq!(unknown.all(), ["1-0-0", "0-0-0", "0-0-1", "1-0-1"], "a first run without a moment is the newest that its vendor has");
}
