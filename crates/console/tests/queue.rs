//! The queue: its address, one order over lists that are read page by page, and rows that stay where somebody is.

use console::queue::{ListProgress, QueueAddress, Who, known_until, read_on, settle, step};
use proptest::prelude::*;
use runs::Timestamp;

#[test]
fn wrong_parameters_are_left_out() {
    let read = QueueAddress::read;
    assert_eq!(read(""), QueueAddress::default());
    assert_eq!(read("?who=everybody&c=&x=1&&="), QueueAddress::default());
    assert_eq!(read("?flow=wf_1").flow, None, "a flow without its connection");
    assert_eq!(read(&format!("?q={}", "x".repeat(201))).text, "");
    let all = read("?c=retab&flow=wf%2F1&q=%234711&who=free");
    assert_eq!(
        (all.connection.as_deref(), all.flow.as_deref(), all.text.as_str(), all.who),
        (Some("retab"), Some("wf/1"), "#4711", Some(Who::Free))
    );
    assert_eq!(read("?who=mine").who, Some(Who::Mine));
    assert!(all.is_filtered() && !QueueAddress::default().is_filtered());
}

proptest! {
    #[test]
    fn what_is_written_reads_back(c in "\\PC{1,20}", flow in prop::option::of("\\PC{1,20}"), text in "\\PC{0,40}", who in prop::option::of(prop::sample::select(vec![Who::Free, Who::Mine]))) {
        let address = QueueAddress { connection: Some(c), flow, text, who };
        prop_assert_eq!(QueueAddress::read(&address.write()), address);
    }
}

#[test]
fn the_order_is_known_up_to_where_the_shortest_list_was_read() {
    let part = |end, open| ListProgress { end: Some(Timestamp(end)), open };
    let parts = |second| [part(50, true), part(30, second), part(90, false)];
    assert_eq!(known_until(&parts(true)), Some(Timestamp(30)));
    assert_eq!(read_on(&parts(true)), Some(1), "what may come before the 50 is in the second");
    assert_eq!(known_until(&parts(false)), Some(Timestamp(50)));
    assert_eq!(read_on(&parts(false)), Some(0));
    assert_eq!((known_until(&[part(50, false)]), read_on(&[part(50, false)])), (None, None), "everything was read");
    // A list that failed on its first page holds nobody up.
    assert_eq!(known_until(&[ListProgress { end: None, open: true }, part(50, false)]), None);
}

fn ids(text: &str) -> Vec<String> {
    text.split_whitespace().map(str::to_owned).collect()
}

#[test]
fn nothing_moves_up_to_the_row_under_the_pointer() {
    let settle = |shown: &str, wanted: &str, held, lingering: &'static str| {
        settle(&ids(shown), &ids(wanted), held, &|id| lingering.contains(id)).join(" ")
    };
    assert_eq!(settle("a b c", "a b c d", None, ""), "a b c d");
    assert_eq!(settle("a b c", "b c", None, ""), "b c");
    // Held: what is gone stays, what is new comes after it.
    assert_eq!(settle("a b c", "c", Some(1), ""), "a b c");
    assert_eq!(settle("a b c", "x a b c", Some(1), ""), "a b x c");
    assert_eq!(settle("a b c d", "a b d", Some(1), ""), "a b d");
    // What left with a word lingers where it stood.
    assert_eq!(settle("a b c", "a c", None, "b"), "a b c");
    assert_eq!(settle("a b c", "b c", None, "a"), "a b c");
    assert_eq!(settle("a b c d", "a d e", None, "bc"), "a b c d e");
    assert_eq!(settle("a b c d", "d", Some(0), "c"), "a c d");
    assert_eq!(settle("a b", "", Some(7), ""), "a b");
}

proptest! {
    #[test]
    fn rows_keep_their_place_and_none_is_lost_or_doubled(
        shown in prop::sample::subsequence(ids("a b c d e f"), 0..=6),
        wanted in prop::sample::subsequence(ids("a b c d e f g h"), 0..=8).prop_shuffle(),
        held in prop::option::of(0usize..6),
    ) {
        let rows = settle(&shown, &wanted, held, &|id| "bdf".contains(id));
        let fixed = held.map_or(0, |held| (held + 1).min(shown.len()));
        prop_assert_eq!(&rows[..fixed], &shown[..fixed]);
        prop_assert!(wanted.iter().all(|id| rows.contains(id)));
        let mut once = rows.clone();
        once.sort();
        once.dedup();
        prop_assert_eq!(once.len(), rows.len());
    }
}

#[test]
fn steps_go_on_behind_and_round_only_when_asked() {
    let all = |_: &char| true;
    let places = ['a', 'b', 'c'];
    assert_eq!(step(&places, Some(0), false, false, &all), Some(1));
    assert_eq!(step(&places, Some(2), false, false, &all), None);
    assert_eq!(step(&places, Some(2), false, true, &all), Some(0));
    assert_eq!(step(&places, Some(0), true, false, &all), None);
    assert_eq!(step(&places, Some(0), true, true, &all), Some(2));
    assert_eq!(step(&places, Some(1), true, false, &all), Some(0));
    assert_eq!(step(&places, None, false, false, &all), Some(0));
    assert_eq!(step(&places, None, true, false, &all), Some(2));
    assert_eq!(step(&places, Some(1), false, true, &|place| *place == 'b'), None, "never the place itself");
    assert_eq!(step(&[] as &[char], None, false, true, &all), None);
}
