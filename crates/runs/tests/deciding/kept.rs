//! What is kept of a decision and of a draft.

use super::*;

fn edited(review: &Review, path: &str, typed: &str) -> Draft {
    let mut draft = Draft::open(None, &review.data, &[]);
    assert!(draft.set(path, typed));
    draft
}

#[test]
fn a_kept_draft_comes_back_digit_by_digit() {
    let review = review(r#"{"a":1234.560,"b":"x"}"#);
    let draft = edited(&review, "/b", "9007199254740993 \u{1f600}");
    let pending = Pending {
        key: "cmd_7".into(),
        approve: true,
        reason: None,
        sent: at(5),
        data: Some(draft.value().clone()),
        tab: Some("tab".into()),
    };
    let kept = Kept::of(&draft, Some(pending.clone()), at(77));
    let back = Kept::read(&kept.clone().write()).unwrap();
    assert_eq!(back, kept);
    let resumed = resume(&review, Some(back), None);
    assert_eq!(resumed.draft.value(), draft.value());
    assert_eq!(resumed.restored, Some(at(77)));
    let (intent, sent) = resumed.pending.unwrap();
    assert_eq!((intent.key.as_str(), intent.edited.as_ref(), sent), ("cmd_7", Some(draft.value()), at(5)));
}

#[test]
fn a_reason_that_was_begun_is_part_of_the_draft_and_not_shown_at_other_content() {
    let (before, after) = (review(r#"{"b":"x"}"#), review(r#"{"b":"y"}"#));
    let mut draft = Draft::open(None, &before.data, &[]);
    draft.set("/b", "z");
    let kept = Kept { reason: "Not as\nagreed".into(), ..Kept::of(&draft, None, at(7)) };
    let back = || Kept::read(&kept.clone().write());
    assert_eq!(resume(&before, back(), None).reason, "Not as\nagreed");
    // The next round of a loop may have the same review id.
    let next = resume(&after, None, back());
    assert_eq!(
        (next.reason.as_str(), next.draft.value()),
        ("", draft.value()),
        "edits are carried over, what was said of the other is not"
    );
}

#[test]
fn what_was_sent_says_which_tab_sent_it() {
    let review = review(r#"{"b":"x"}"#);
    let draft = Draft::open(None, &review.data, &[]);
    let pending = Pending { key: "k".into(), approve: true, reason: None, sent: at(1), data: None, tab: Some("first".into()) };
    let kept = Kept::of(&draft, Some(pending), at(9)).write();
    assert_eq!(resume(&review, Kept::read(&kept), None).tab.as_deref(), Some("first"));
}

#[test]
fn drafts_of_the_first_release_are_understood_and_those_of_a_later_one_left_alone() {
    let review = review(r#"{"b":"x"}"#);
    let draft = edited(&review, "/b", "y");
    let old = format!(r#"123 {{"draft":{},"edits":[],"pending":{{"key":"k","approve":false,"sent":4}}}}"#, draft.save());
    let kept = Kept::read(&old).unwrap();
    assert_eq!((kept.at, kept.pending.unwrap().key.as_str()), (at(123), "k"));
    assert_eq!(resume(&review, Kept::read(&old), None).draft.value(), draft.value());
    assert!(Kept::read(r#"{"v":2,"at":1,"draft":{}}"#).is_none());
    for hostile in ["", "{", "12", "12 {}", r#"{"v":1,"at":"x","draft":{}}"#, "null"] {
        assert!(Kept::read(hostile).is_none(), "{hostile}");
    }
}

#[test]
fn edits_follow_changed_data_and_an_open_review_was_not_decided() {
    let (before, after) = (review(r#"{"a":"1","b":"x"}"#), review(r#"{"a":"2","b":"x"}"#));
    let pending = Pending { key: "k".into(), approve: true, reason: None, sent: at(1), data: None, tab: None };
    let kept = Kept::of(&edited(&before, "/b", "y"), Some(pending), at(9));
    let resumed = resume(&after, None, Some(kept.clone()));
    assert_eq!(resumed.draft.value(), &json(r#"{"a":"2","b":"y"}"#));
    assert!(resumed.pending.is_none());
    let closed = Review { state: ReviewState::Gone, ..after };
    assert!(resume(&closed, None, Some(kept)).pending.is_some(), "what was sent may be why it is closed");
}

#[test]
fn what_was_sent_is_looked_for_with_its_own_data_when_the_content_is_anothers() {
    let (before, theirs) = (review(r#"{"a":"1","b":"x"}"#), review(r#"{"a":"2","b":"y"}"#));
    let theirs = Review { state: ReviewState::Decided(decision()), ..theirs };
    for (approve, edits) in [(true, None), (true, Some("y")), (false, None)] {
        let mut draft = Draft::open(None, &before.data, &[]);
        edits.map(|typed| draft.set("/b", typed));
        let intent = Intent { key: "k".into(), approve, edited: draft.edited(), reason: None };
        let (case, _) = Case::new(Arc::new(before.clone()), intent, None, 0, at(1));
        let kept = Kept::of(&draft, Some(case.pending()), at(9));
        let resumed = resume(&theirs, None, Kept::read(&kept.write()));
        let (intent, _) = resumed.pending.unwrap();
        assert_eq!(intent.edited.as_ref(), Some(draft.value()), "approve: {approve}, edits: {edits:?}");
    }
}
