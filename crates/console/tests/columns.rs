//! The choice of columns, kept as a line of text.

use console::columns::{Column, LONGEST_KEY, MOST, OFFERED, USUAL, key_of, moved, read, with, write};
use proptest::prelude::*;

#[test]
fn a_choice_is_kept_and_the_usual_one_needs_no_keeping() {
    assert_eq!(write(&USUAL), "");
    assert_eq!(read(""), USUAL);
    for columns in [
        vec![Column::Note, Column::Flow],
        vec![],
        vec![Column::Metadata("customer id, äöü = 100%".into()), Column::Id, Column::Metadata("a.b".into())],
        OFFERED[..MOST].to_vec(),
    ] {
        assert_eq!(read(&write(&columns)), columns, "{}", write(&columns));
    }
}

#[test]
fn what_is_not_understood_is_left_out() {
    assert_eq!(read("2 flow,steps"), USUAL, "another version");
    assert_eq!(read("rubbish"), USUAL);
    assert_eq!(read("1 flow,,nonsense,flow,dur,meta.,meta.%20"), [Column::Flow, Column::Duration]);
    let long = "x".repeat(LONGEST_KEY + 1);
    assert_eq!(read(&format!("1 meta.{long},id")), [Column::Id]);
    assert_eq!(read("1 flow,trig,start,dur,steps,note,id,name,created,attempt").len(), MOST, "bounded");
}

#[test]
fn columns_come_at_the_end_once_and_move_by_one() {
    let two = vec![Column::Flow, Column::Id];
    assert_eq!(with(two.clone(), Column::Flow), two);
    assert_eq!(with(two.clone(), Column::Name), [Column::Flow, Column::Id, Column::Name]);
    let full = OFFERED[..MOST].to_vec();
    assert_eq!(with(full.clone(), Column::Metadata("k".into())), full);
    assert_eq!(moved(two.clone(), 1, true), [Column::Id, Column::Flow]);
    assert_eq!(moved(two.clone(), 0, false), [Column::Id, Column::Flow]);
    for (at, back) in [(0, true), (1, false), (7, true), (usize::MAX, false)] {
        assert_eq!(moved(two.clone(), at, back), two, "{at} {back}");
    }
    assert_eq!((key_of("  customer_id "), key_of("   ")), (Some("customer_id".into()), None));
}

proptest! {
    #[test]
    fn whatever_is_stored_is_read_and_written_again_the_same(text in ".{0,200}") {
        let columns = read(&text);
        prop_assert!(columns.len() <= MOST);
        prop_assert_eq!(read(&write(&columns)), columns);
    }
}
