use super::vendors::{RUN_ID, answers, json, says};
use runs::adapters::RunRef;
use runs::deciding::decision::{Case, Effect, Phase};
use runs::form::{Draft, Wrong, problems};
use runs::model::review::{Intent, Outcome, Review, ReviewState};
use runs::value::json::parse_answer;
use runs::wire::http::Method;
use runs::{Dialect, ErrorKind, Json, Timestamp};
use std::sync::Arc;

fn data(text: &str) -> Json {
    parse_answer(text.as_bytes()).unwrap()
}

fn approving(edited: Option<Json>) -> Intent {
    Intent { key: "k".into(), approve: true, edited, reason: None }
}

fn wrongs(draft: &Draft) -> Vec<(String, Wrong, String)> {
    problems(draft).into_iter().filter(|problem| problem.blocks()).map(|one| (one.path, one.wrong, one.found)).collect()
}

#[test]
fn a_form_with_a_value_that_is_no_json_says_so_until_it_has_another() {
    let schema = json(r#"{"type": "object", "properties": {"total": {"type": "number"}, "name": {"type": "string"}, "free": {}}}"#);
    let read = data(r#"{"total": NaN, "name": "half \ud800", "free": {"deep": [1, Infinity]}, "sound": 1}"#);
    for schema in [Some(&schema), None] {
        let mut draft = Draft::open(schema, &read, &[]);
        let found: Vec<_> = wrongs(&draft).into_iter().map(|(path, wrong, found)| (path, wrong == Wrong::NotValid, found)).collect();
        let wanted = [("/total", "NaN"), ("/name", r#""half \ud800""#), ("/free/deep/1", "Infinity")];
        assert_eq!(found, wanted.map(|(path, found)| (path.to_owned(), true, found.to_owned())));
        assert!(draft.set("/total", "0.9") && draft.set("/name", "whole") && draft.set("/free/deep/1", "2"));
        assert!(wrongs(&draft).is_empty());
        assert_eq!(draft.value().to_string(), r#"{"total":0.9,"name":"whole","free":{"deep":[1,2]},"sound":1}"#);
        // Typing it again brings it back, and what is wrong with it.
        assert!(draft.set("/total", "NaN"));
        assert_eq!(wrongs(&draft).len(), 1);
    }
}

#[test]
fn a_value_that_is_no_json_blocks_also_where_nobody_may_change_it() {
    let draft = Draft::open(None, &data(r#"[{"total": 1}, {"total": NaN}]"#), &[1]);
    assert_eq!(wrongs(&draft), [("/1/total".to_owned(), Wrong::NotValid, "NaN".to_owned())]);
}

#[test]
fn a_draft_of_data_that_is_no_json_is_kept_and_restored() {
    let read = data(r#"{"total": NaN, "name": "x"}"#);
    let mut draft = Draft::open(None, &read, &[]);
    draft.set("/name", "y");
    let text = runs::deciding::decision::Kept::of(&draft, None, Timestamp(1)).write();
    let kept = runs::deciding::decision::Kept::read(&text).expect("what was written is read");
    let mut again = Draft::open(None, &read, &[]);
    assert!(again.restore(&kept.draft));
    assert_eq!(again.value(), draft.value());
}

/// Of which run, the review's id, and what is answered at which path.
type Vendor = (Dialect, RunRef, &'static str, Vec<(String, String)>);

/// Vendors whose review holds what is no JSON.
fn vendors() -> [Vendor; 3] {
    let run = |id: &str| RunRef { id: id.into(), flow: Some("wrk_1".into()) };
    let own = |pairs: &[(&str, String)]| pairs.iter().map(|(path, body)| ((*path).to_owned(), body.clone())).collect::<Vec<_>>();
    let fixture = |text: &str, from: &str, to: &str| {
        assert!(text.contains(from), "the fixture has {from}");
        text.replacen(from, to, 1)
    };
    let retab = own(&[
        ("workflows/runs/run_w1", include_str!("../fixtures/retab/run_waiting.json").into()),
        ("workflows/runs/run_w1/steps", include_str!("../fixtures/retab/steps_waiting.json").into()),
        (
            "workflows/runs/run_w1/steps/hil-1",
            fixture(include_str!("../fixtures/retab/step_hil.json"), "\"extracted_data\": {", "\"extracted_data\": {\"odd\": NaN, "),
        ),
    ]);
    let list = |items: &str| format!(r#"{{"data": [{items}], "list_metadata": {{"before": null, "after": null}}}}"#);
    let reviews = own(&[
        ("workflows/runs/run_1", include_str!("../fixtures/retab_reviews/run.json").into()),
        ("workflows/steps", include_str!("../fixtures/retab_reviews/steps.json").into()),
        ("workflows/reviews", list(include_str!("../fixtures/retab_reviews/review.json"))),
        ("workflows/reviews/rev_1", include_str!("../fixtures/retab_reviews/review.json").into()),
        (
            "workflows/reviews/versions",
            include_str!("../fixtures/retab_reviews/versions.json").replace("\"snapshot\": {", "\"snapshot\": {\"odd\": NaN, "),
        ),
    ]);
    let superai = own(&[
        (&format!("flow-executions/{RUN_ID}"), include_str!("../fixtures/superai/execution.json").into()),
        ("task-executions", fixture(include_str!("../fixtures/superai/tasks.json"), "\"total\": 1234.560,", "\"total\": NaN,")),
        ("human-review-tasks/bbbb0001-0000-4000-8000-000000000000", include_str!("../fixtures/superai/review.json").into()),
    ]);
    [
        (Dialect::Retab, run("run_w1"), "hil-1", retab),
        (Dialect::RetabReviews, run("run_1"), "rev_1", reviews),
        (Dialect::SuperAi, run(RUN_ID), "bbbb0001-0000-4000-8000-000000000000", superai),
    ]
}

fn review(dialect: Dialect, run: &RunRef, id: &str, prepared: &[(String, String)]) -> Review {
    let review = dialect.run_adapter().get_review(run, id).run_with(answers(prepared)).unwrap();
    assert_eq!(review.state, ReviewState::Open, "{dialect:?}");
    assert!(runs::value::json::first_flaw(&review.data).is_some(), "{dialect:?}: {}", review.data);
    review
}

#[test]
fn no_vendor_is_sent_a_decision_on_what_is_no_json() {
    for (dialect, run, id, prepared) in vendors() {
        let read = review(dialect, &run, id, &prepared);
        let mut answer = answers(&prepared);
        let refused = dialect.run_adapter().decide(&read, &approving(None)).run_with(|request| {
            assert_eq!(request.method, Method::Get, "{dialect:?}: nothing is written");
            answer(request)
        });
        let error = refused.expect_err("refused before sending");
        assert_eq!(error.kind, ErrorKind::Invalid);
        assert!(error.detail.contains("not valid JSON: NaN"), "{}", error.detail);
    }
}

#[test]
fn a_decision_on_what_is_no_json_is_neither_logged_nor_sent() {
    for (dialect, run, id, prepared) in vendors() {
        let read = Arc::new(review(dialect, &run, id, &prepared));
        for window in [0, 5_000] {
            let (case, effects) = Case::new(Arc::clone(&read), approving(None), None, window, Timestamp(1));
            assert!(matches!(&case.phase, Phase::Failed(error) if error.detail.contains("NaN")), "{:?}", case.phase);
            assert!(effects.iter().all(|effect| matches!(effect, Effect::Tell(_))), "{effects:?}");
        }
        // Without the value it can be.
        let edited = runs::value::json::sound(read.data.clone());
        let (case, _) = Case::new(read, approving(Some(edited)), None, 0, Timestamp(1));
        assert_eq!(case.phase, Phase::Preparing);
    }
}

#[test]
fn a_list_of_waiting_nodes_that_cannot_be_read_is_no_closed_review() {
    let [(dialect, run, id, mut prepared), ..] = vendors();
    prepared[0].1 = prepared[0].1.replace(r#""waiting_for_node_ids": ["hil-1"]"#, r#""waiting_for_node_ids": NaN"#);
    let error = dialect.run_adapter().get_review(&run, id).run_with(answers(&prepared)).unwrap_err();
    assert_eq!(error.kind, ErrorKind::Malformed);
    assert!(error.detail.contains("waiting_for_node_ids"), "{}", error.detail);
}

#[test]
fn a_recorded_decision_that_cannot_be_read_is_none_that_was_made() {
    let [(dialect, run, id, mut prepared), ..] = vendors();
    prepared.push(("workflows/runs/run_w1/hil-decisions/hil-1".into(), r#"{"decision_received": NaN, "approved": NaN}"#.into()));
    let read = dialect.run_adapter().get_review(&run, id).run_with(answers(&prepared));
    assert_eq!(read.unwrap_err().kind, ErrorKind::Malformed);
    // Nor is it taken for this one after sending.
    let [(_, _, _, sound), ..] = vendors();
    let read = review(dialect, &run, id, &sound);
    let intent = approving(Some(json("{}")));
    let outcome = dialect.run_adapter().confirm(&read, &intent).run_with(|request| match request.path.contains("hil-decisions") {
        true => says(200, r#"{"decision_received": NaN, "approved": NaN}"#),
        false => answers(&sound)(request),
    });
    // What the parser says of such an answer is not told as the vendor's word.
    assert!(matches!(&outcome, Ok(Outcome::NotConfirmed { detail, .. }) if detail.is_empty()), "{outcome:?}");
}
