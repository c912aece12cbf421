//! The history page's address: what is written reads back, and any garbage falls back.

use proptest::prelude::*;
use runs::StatusKind;
use runs::model::Place;
use runs::reading::address::HistoryAddress;
use runs::value::percent::{decode, encode};

#[test]
fn wrong_parameters_fall_back_one_by_one() {
    let read = HistoryAddress::read;
    assert_eq!(read(""), HistoryAddress::default());
    assert_eq!(read("?size=0&at=o.-5&status=nonsense&c=&flow=&x=1&&=&=="), HistoryAddress::default());
    assert_eq!(read("?size=1001").size, None);
    assert_eq!(read("?size=99999999999999999999").size, None);
    assert_eq!(read("?at=o.99999999999999999999").place, Place::First);
    assert_eq!(read("?at=p.1").place, Place::First);
    assert_eq!(read("?at=z.7").place, Place::First);
    assert_eq!(read("?at=c.").place, Place::First);
    assert_eq!(read("?run=&size=25"), HistoryAddress { size: Some(25), ..HistoryAddress::default() });
    assert_eq!(read(&format!("?run={}", "x".repeat(2_001))).run, None);
    assert_eq!(read("?c=%FF%zz&size=50").size, Some(50));
    assert_eq!(read(&format!("?flow={}", "x".repeat(2_001))).flow, None);
    let mixed = read("?status=failed,nonsense,failed,waiting&flow=*&size=25");
    assert_eq!((mixed.statuses, mixed.all_flows, mixed.size), (vec![StatusKind::Waiting, StatusKind::Failed], true, Some(25)));
    let flow = read("?flow=*&flow=wf_1");
    assert_eq!((flow.flow.as_deref(), flow.all_flows), (Some("wf_1"), false));
}

#[test]
fn the_documented_example_reads_and_writes() {
    let text = "?c=retab&flow=wf_1&status=waiting,failed&size=50&at=o.100&run=run_1";
    let address = HistoryAddress::read(text);
    assert_eq!((address.place.clone(), address.run.as_deref()), (Place::Offset(100), Some("run_1")));
    assert_eq!(address.write(), text);
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof!["[a-z0-9_-]{1,20}", "\\PC{1,30}", Just("a&b=c+d%20 é/?#\u{202e}".to_owned())].prop_filter("all flows", |text| text != "*")
}

fn place() -> impl Strategy<Value = Place> {
    prop_oneof![
        Just(Place::First),
        (1..u64::MAX).prop_map(Place::Offset),
        (2..u32::MAX).prop_map(Place::Number),
        text().prop_map(Place::Cursor),
        text().prop_map(Place::After),
        text().prop_map(Place::Before),
    ]
}

fn address() -> impl Strategy<Value = HistoryAddress> {
    let statuses = proptest::sample::subsequence(StatusKind::ALL.to_vec(), 0..StatusKind::ALL.len());
    let optional = || proptest::option::of(text());
    (optional(), optional(), any::<bool>(), statuses, proptest::option::of(1..=1_000u32), place(), optional()).prop_map(
        |(connection, flow, all, mut statuses, size, place, run)| {
            statuses.sort();
            let all_flows = all && flow.is_none();
            HistoryAddress { connection, all_flows, flow, statuses, size, place, run, ..HistoryAddress::default() }
        },
    )
}

proptest! {
    #[test]
    fn what_is_written_reads_back(address in address()) {
        let text = address.write();
        prop_assert!(text.is_ascii(), "{}", text);
        prop_assert_eq!(HistoryAddress::read(&text), address.clone());
        prop_assert_eq!(HistoryAddress::read(text.trim_start_matches('?')), address);
    }

    #[test]
    fn any_text_reads(text in "\\PC*") {
        let address = HistoryAddress::read(&text);
        prop_assert_eq!(HistoryAddress::read(&address.write()), address);
    }

    #[test]
    fn any_parameters_read(pairs in proptest::collection::vec(("c|flow|status|size|at|run", "[a-z]?\\.?[%*+0-9A-Za-z,.-]{0,12}"), 0..8)) {
        let text: Vec<String> = pairs.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let address = HistoryAddress::read(&text.join("&"));
        prop_assert_eq!(HistoryAddress::read(&address.write()), address);
    }

    #[test]
    fn percent_encoding_goes_forth_and_back(text: String) {
        prop_assert_eq!(decode(&encode(&text)), text);
    }

    #[test]
    fn decoding_takes_anything(text: String) {
        decode(&text);
    }
}

#[test]
fn of_all_connections_a_flow_and_a_place_of_one_list_are_left_out() {
    let read = |query: &str| HistoryAddress::read(query);
    let all = read("?c=*&flow=wf_1&status=failed&size=25&at=p.3");
    assert!(all.of_all());
    assert_eq!(all.write(), "?c=*&status=failed&size=25&at=p.3");
    for place in ["o.100", "c.abc", "a.run_1", "b.run_1", "p.1", "p.x"] {
        assert_eq!(read(&format!("?c=*&flow=*&at={place}")).write(), "?c=*", "{place}");
    }
    assert!(!read("?c=retab").of_all() && !read("").of_all());
    assert_eq!(read(&all.write()), all);
}
