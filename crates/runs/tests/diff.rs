//! Comparing two and three versions.

#![allow(clippy::unwrap_used)]

use proptest::prelude::*;
use runs::Json;
use runs::value::decimal::same_value;
use runs::value::diff::{Verdict, changes, three_way};
use serde_json::json;

fn paths(before: &Json, after: &Json) -> Vec<(String, String)> {
    changes(before, after).into_iter().map(|change| (change.path, change.was)).collect()
}

fn owned(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(path, was)| ((*path).to_owned(), (*was).to_owned())).collect()
}

#[test]
fn one_change_a_leaf_with_both_values() {
    let found = changes(&json!({"a": {"b": 1, "c": "x"}, "d": true}), &json!({"a": {"b": 2, "c": "x"}, "d": true}));
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].path.as_str(), found[0].before.as_ref(), found[0].after.as_ref()), ("/a/b", Some(&json!(1)), Some(&json!(2))));
}

#[test]
fn the_same_number_in_other_digits_is_no_change() {
    let number = |text: &str| runs::value::json::parse(text.as_bytes()).unwrap();
    assert_eq!(changes(&number(r#"{"total":1234.56,"b":1e3}"#), &number(r#"{"b":1000,"total":1234.560}"#)), []);
    assert_eq!(changes(&number("9007199254740993"), &number("9007199254740992")).len(), 1);
}

#[test]
fn a_line_removed_in_the_middle_is_one_change() {
    let before = json!({"lines": [{"n": 1}, {"n": 2}, {"n": 3}, {"n": 4}]});
    let after = json!({"lines": [{"n": 1}, {"n": 3}, {"n": 4}]});
    assert_eq!(paths(&before, &after), owned(&[("/lines/1", "/lines/1")]));
    assert_eq!(changes(&before, &after)[0].after, None);
}

#[test]
fn an_edit_after_a_removed_line_keeps_its_own_original() {
    let before = json!([{"n": 1, "t": "a"}, {"n": 2, "t": "b"}, {"n": 3, "t": "c"}, {"n": 4, "t": "d"}]);
    let after = json!([{"n": 2, "t": "b"}, {"n": 3, "t": "corrected"}, {"n": 4, "t": "d"}]);
    assert_eq!(paths(&before, &after), owned(&[("/0", "/0"), ("/1/t", "/2/t")]));
}

#[test]
fn an_added_line_is_one_change_and_so_is_another_type() {
    assert_eq!(paths(&json!({"l": []}), &json!({"l": [{"a": 1, "b": 2}]})), owned(&[("/l/0", "/l/0")]));
    assert_eq!(paths(&json!({"l": {"a": 1}}), &json!({"l": 5})), owned(&[("/l", "/l")]));
    assert_eq!(paths(&json!(1), &json!(2)), owned(&[("", "")]));
}

#[test]
fn strange_names_are_escaped_as_json_pointers() {
    assert_eq!(paths(&json!({"a/b~c": 1}), &json!({"a/b~c": 2})), owned(&[("/a~1b~0c", "/a~1b~0c")]));
}

#[test]
fn clashes_come_first_and_everything_is_counted() {
    let original = json!({"same": 1, "theirs": 1, "mine": 1, "both": 1, "clash": "30 days"});
    let theirs = json!({"same": 1, "theirs": 2, "mine": 1, "both": 3, "clash": "14 days"});
    let mine = json!({"same": 1, "theirs": 1, "mine": 2, "both": 3, "clash": "60 days"});
    let found = three_way(&original, &theirs, &mine);
    let rows: Vec<_> = found.rows.iter().map(|row| (row.path.as_str(), row.verdict)).collect();
    assert_eq!(
        rows,
        [
            ("/clash", Verdict::Clash),
            ("/mine", Verdict::OnlyMine),
            ("/theirs", Verdict::OnlyTheirs),
            ("/both", Verdict::SameChange),
            ("/same", Verdict::Same),
        ]
    );
    let counts = found.counts;
    assert_eq!((counts.clash, counts.only_mine, counts.only_theirs, counts.same_change, counts.same), (1, 1, 1, 1, 1));
    assert_eq!(found.rows[0].theirs, Some(json!("14 days")));
}

#[test]
fn a_line_that_one_removed_and_the_other_edited_clashes_only_in_what_was_edited() {
    let original = json!([{"n": 1, "t": "a"}, {"n": 2, "t": "b"}]);
    let found = three_way(&original, &json!([{"n": 1, "t": "a"}]), &json!([{"n": 1, "t": "a"}, {"n": 2, "t": "B"}]));
    let rows: Vec<_> = found.rows.iter().map(|row| (row.path.as_str(), row.verdict)).collect();
    assert_eq!(rows[0], ("/1/t", Verdict::Clash));
    assert_eq!(rows[1], ("/1/n", Verdict::OnlyTheirs));
}

#[test]
fn both_adding_the_same_line_is_the_same_change_and_different_lines_do_not_clash() {
    let original = json!([1]);
    let same = three_way(&original, &json!([1, 2]), &json!([1, 2]));
    assert_eq!((same.counts.same_change, same.counts.clash), (1, 0));
    let other = three_way(&original, &json!([1, 3]), &json!([1, 2]));
    assert_eq!((other.counts.only_mine, other.counts.only_theirs, other.counts.clash), (1, 1, 0));
}

#[test]
fn a_field_that_both_removed_is_the_same_change() {
    let found = three_way(&json!({"a": 1, "b": 2}), &json!({"b": 2}), &json!({"b": 2}));
    assert_eq!((found.counts.same_change, found.counts.same), (1, 1));
}

fn any_json() -> impl Strategy<Value = Json> {
    let leaf =
        prop_oneof![Just(Json::Null), any::<bool>().prop_map(Json::from), (0..5i64).prop_map(Json::from), "[ab]{0,2}".prop_map(Json::from)];
    leaf.prop_recursive(4, 40, 5, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..5).prop_map(Json::from),
            proptest::collection::vec(("[abc/~]", inner), 0..4).prop_map(|pairs| Json::Object(pairs.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn no_change_exactly_for_the_same_value(before in any_json(), after in any_json()) {
        prop_assert_eq!(changes(&before, &after).is_empty(), same_value(&before, &after));
        prop_assert!(changes(&before, &before).is_empty());
    }

    #[test]
    fn changes_name_real_places(before in any_json(), after in any_json()) {
        for change in changes(&before, &after) {
            if change.before.is_some() { prop_assert_eq!(before.pointer(&change.was), change.before.as_ref()); }
            if change.after.is_some() { prop_assert_eq!(after.pointer(&change.path), change.after.as_ref()); }
        }
    }

    #[test]
    fn swapping_the_sides_swaps_the_verdicts(original in any_json(), theirs in any_json(), mine in any_json()) {
        let one = three_way(&original, &theirs, &mine).counts;
        let other = three_way(&original, &mine, &theirs).counts;
        prop_assert_eq!((one.clash, one.same_change, one.same), (other.clash, other.same_change, other.same));
        prop_assert_eq!((one.only_mine, one.only_theirs), (other.only_theirs, other.only_mine));
    }

    #[test]
    fn without_my_edits_nothing_clashes(original in any_json(), theirs in any_json()) {
        let counts = three_way(&original, &theirs, &original).counts;
        prop_assert_eq!((counts.clash, counts.only_mine, counts.same_change), (0, 0, 0));
        prop_assert_eq!(counts.only_theirs == 0, same_value(&original, &theirs));
    }
}
