//! Rebases edits onto a document that changed meanwhile.

use super::Draft;
use super::draft::WHOLE;
use crate::value::decimal::same_value;
use crate::value::diff::Change;
use crate::value::json::Json;

/// Applies edits of an earlier version of the document; how many of them found their field again.
///
/// A field counts as the same if it is at the same place and still of the same type. A list item also has to be what it was
/// when it was edited: at its place could stand another line by now.
pub fn rebase(edits: &[Change], draft: &mut Draft) -> usize {
    let (gone, rest): (Vec<_>, Vec<_>) = edits.iter().partition(|edit| edit.after.is_none());
    // Items are taken out last and backwards, so that none of them moves what is still to be done.
    rest.into_iter().chain(gone.into_iter().rev()).filter(|edit| rebase_one(edit, draft)).count()
}

/// Takes over what was typed and no field could hold, from a saved draft of an earlier version; how much of it found no place.
///
/// It has no value to know a list's line again by, so within lists none does.
pub fn rebase_texts(saved: &Json, draft: &mut Draft) -> usize {
    let texts = saved.get("texts").and_then(Json::as_object);
    let mut lost = |(path, text): &(&String, &Json)| {
        let Some(text) = text.as_str() else { return false };
        if *path == WHOLE {
            draft.set_whole(text);
            return false;
        }
        let in_list = draft.form().trail(path).iter().any(|node| node.place.is_some());
        in_list || !draft.set(path, text)
    };
    texts.map_or(0, |texts| texts.iter().filter(|entry| lost(entry)).count())
}

fn rebase_one(edit: &Change, draft: &mut Draft) -> bool {
    let in_list = draft.form().trail(&edit.was).iter().any(|node| node.place.is_some());
    let now = draft.original(&edit.was).cloned();
    let unmoved = match (&now, &edit.before) {
        (Some(now), Some(before)) => same_value(now, before),
        (now, before) => now.is_none() == before.is_none(),
    };
    match (&edit.before, &edit.after) {
        (None, Some(added)) => match edit.path.rsplit_once('/') {
            Some((list, _)) if draft.get(list).is_some_and(Json::is_array) => {
                draft.add_item(list).is_some_and(|path| draft.put(&path, added.clone()))
            }
            _ => now.is_none() && draft.put(&edit.path, added.clone()),
        },
        (Some(_), None) => unmoved && draft.remove(&edit.was),
        (Some(before), Some(after)) => {
            let same_type = now
                .as_ref()
                .is_some_and(|now| now.is_null() || before.is_null() || std::mem::discriminant(now) == std::mem::discriminant(before));
            same_type && (unmoved || !in_list) && draft.put(&edit.was, after.clone())
        }
        (None, None) => false,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::expect_used)]

    use super::{rebase, rebase_texts};
    use crate::form::Draft;
    use crate::value::json::{Json, parse};

    fn json(text: &str) -> Json {
        parse(text.as_bytes()).expect("test data")
    }

    /// Opens `before`, edits it into `mine`, and carries the edits over to `after`.
    fn carried(before: &str, mine: &str, after: &str) -> (usize, usize, Json) {
        let edits = crate::value::diff::changes(&json(before), &json(mine));
        let mut draft = Draft::open(None, &json(after), &[]);
        let kept = rebase(&edits, &mut draft);
        (kept, edits.len(), draft.value().clone())
    }

    #[test]
    fn edits_follow_fields_that_still_exist() {
        for (before, mine, after, kept, value) in [
            (r#"{"a":1,"b":"x"}"#, r#"{"a":2,"b":"y"}"#, r#"{"a":1,"b":"z","c":0}"#, 2, r#"{"a":2,"b":"y","c":0}"#),
            (r#"{"a":1,"b":"x"}"#, r#"{"a":2,"b":"y"}"#, r#"{"a":1}"#, 1, r#"{"a":2}"#),
            (r#"{"a":1}"#, r#"{"a":2}"#, r#"{"a":"one"}"#, 0, r#"{"a":"one"}"#),
            (
                r#"{"l":[{"q":1},{"q":2}]}"#,
                r#"{"l":[{"q":1},{"q":9}]}"#,
                r#"{"l":[{"q":1},{"q":2},{"q":3}]}"#,
                1,
                r#"{"l":[{"q":1},{"q":9},{"q":3}]}"#,
            ),
            (r#"{"l":[{"q":1},{"q":2}]}"#, r#"{"l":[{"q":1},{"q":9}]}"#, r#"{"l":[{"q":1},{"q":5}]}"#, 0, r#"{"l":[{"q":1},{"q":5}]}"#),
            (r#"{"l":[{"q":1}]}"#, r#"{"l":[{"q":1},{"q":7}]}"#, r#"{"l":[{"q":4}]}"#, 1, r#"{"l":[{"q":4},{"q":7}]}"#),
            (
                r#"{"l":[{"q":1},{"q":2},{"q":3}]}"#,
                r#"{"l":[{"q":2}]}"#,
                r#"{"l":[{"q":1},{"q":2},{"q":3}],"n":0}"#,
                2,
                r#"{"l":[{"q":2}],"n":0}"#,
            ),
        ] {
            let (found, _, result) = carried(before, mine, after);
            assert_eq!((found, result), (kept, json(value)), "{before} as {mine}, now {after}");
        }
    }

    #[test]
    fn what_no_field_could_hold_is_carried_too() {
        let schema = json(
            r#"{"type":"object","properties":{"n":{"type":"number"},"l":{"type":"array","items":{"type":"number"}},"g":{"type":"number"}}}"#,
        );
        let mut before = Draft::open(Some(&schema), &json(r#"{"n":1,"l":[1],"g":1}"#), &[]);
        assert!(before.set("/n", "a lot") && before.set("/l/0", "more"));
        let mut now = Draft::open(Some(&schema), &json(r#"{"n":2,"l":[1],"g":5}"#), &[]);
        assert_eq!(rebase_texts(&before.save(), &mut now), 1, "a line cannot be known again by a text");
        assert_eq!((now.text("/n").as_str(), now.text("/l/0").as_str()), ("a lot", "1"));
        assert_eq!(now.value(), &json(r#"{"n":2,"l":[1],"g":5}"#), "the value stays");
        before.set_whole("{");
        let mut now = Draft::open(Some(&schema), &json(r#"{"n":2,"l":[]}"#), &[]);
        rebase_texts(&before.save(), &mut now);
        assert!(now.whole_is_wrong());
    }

    #[test]
    fn read_only_items_stay_as_they_are() {
        let edits = crate::value::diff::changes(&json("[1,2]"), &json("[5,6]"));
        let mut draft = Draft::open(None, &json("[1,2]"), &[0]);
        assert_eq!(rebase(&edits, &mut draft), 1);
        assert_eq!(draft.value(), &json("[1,6]"));
    }
}
