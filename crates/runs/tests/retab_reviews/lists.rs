//! Lists, filters, starting, cancelling.

use super::vendor::{body, says};
use super::*;
use runs::adapters::capability::{NumberSource, RejectReason, Rerun};
use runs::adapters::query::RunQuery;
use runs::adapters::route::KeyHeader;
use runs::adapters::{InputKind, InputValue, StartRequest};
use runs::model::{ActionOutcome, Iteration, NoNumber, Numbering, Place};
use runs::{Adapter, Dialect, ErrorKind, RunAdapter, StatusKind, Timestamp};

fn runs_page(before: &str, after: &str) -> String {
    format!(r#"{{"data": [{RUN}], "list_metadata": {{"before": {before}, "after": {after}}}}}"#)
}

#[test]
fn it_has_a_word_of_its_own_in_configurations() {
    assert_eq!(Dialect::from_slug("retab-reviews"), Some(Dialect::RetabReviews));
    let capabilities = Dialect::RetabReviews.adapter().capabilities();
    assert_eq!(
        (capabilities.numbers, capabilities.reject_reason, capabilities.rerun),
        (NumberSource::None, RejectReason::Required, Rerun::None)
    );
    assert_eq!(RetabReviews::RELAYED.key_headers[0], KeyHeader::Bearer);
}

#[test]
fn runs_have_no_numbers_and_the_page_says_why() {
    for (flow, status, why) in [
        (Some("wrk_1"), None, NoNumber::NoTotal),
        (None, None, NoNumber::AllFlows),
        (Some("wrk_1"), Some(StatusKind::Waiting), NoNumber::Filtered),
    ] {
        let query = RunQuery { flow: flow.map(str::to_owned), statuses: status.into_iter().collect(), limit: 50, ..RunQuery::default() };
        let mut vendor = retab().ok("GET workflows/runs", &runs_page("null", r#""run_1""#));
        let page = vendor.run(RetabReviews.list_runs(&query)).expect("a page");
        assert_eq!((page.first_number, page.total), (Numbering::Underivable(why), None));
        assert_eq!((page.older, page.newer), (Some(Place::After("run_1".into())), None));
        assert_eq!(vendor.seen.len(), 1);
    }
}

#[test]
fn one_status_is_asked_for_at_a_time() {
    let query =
        |statuses: &[StatusKind]| RunQuery { flow: Some("wrk_1".into()), statuses: statuses.to_vec(), limit: 25, ..RunQuery::default() };
    let mut vendor = retab().ok("GET workflows/runs", &runs_page("null", "null"));
    vendor.run(RetabReviews.list_runs(&query(&[StatusKind::Failed]))).expect("a page");
    assert_eq!(vendor.targets(), ["GET workflows/runs?workflow_id=wrk_1&status=error&limit=25&order=desc&sort_by=timing.created_at"]);
    for statuses in [&[StatusKind::Failed, StatusKind::Waiting][..], &[StatusKind::Stale][..]] {
        let error = retab().run(RetabReviews.list_runs(&query(statuses))).unwrap_err();
        assert_eq!(error.kind, ErrorKind::Unsupported, "never another list than the one asked for");
    }
}

#[test]
fn the_way_back_is_known() {
    let query = |place: Place| RunQuery { flow: Some("wrk_1".into()), place, limit: 25, ..RunQuery::default() };
    let mut vendor = retab().ok("GET workflows/runs", &runs_page(r#""run_1""#, "null"));
    let page = vendor.run(RetabReviews.list_runs(&query(Place::Before("run_0".into())))).expect("a page");
    assert_eq!((page.older, page.newer), (Some(Place::After("run_1".into())), Some(Place::Before("run_1".into()))));
    assert!(vendor.targets()[0].contains("&before=run_0&"));
}

#[test]
fn waiting_runs_say_since_when_if_the_queue_can_be_read() {
    let mut vendor = retab().ok("GET workflows/runs", &runs_page("null", "null")).ok(GET_REVIEWS, &list(&[REVIEW]));
    let page = vendor.run(RetabReviews.list_waiting(None, &Place::First)).expect("a page");
    assert_eq!(page.items[0].waiting_since, Timestamp::parse("2026-07-01T09:00:05Z"));
    assert!(vendor.targets()[1].contains("decision_status=pending"), "{:?}", vendor.targets());
    for queue in [says(403, "{}"), says(500, "{}"), says(200, "[]"), says(200, r#"{"data": [{"run_id": 7}]}"#)] {
        let mut vendor = retab().ok("GET workflows/runs", &runs_page("null", "null")).on(GET_REVIEWS, queue);
        let page = vendor.run(RetabReviews.list_waiting(None, &Place::First)).expect("the runs are the list");
        assert_eq!((page.items.len(), page.items[0].waiting_since), (1, None));
    }
    let mut vendor = retab().on("GET workflows/runs", says(500, "{}")).ok(GET_REVIEWS, &list(&[REVIEW]));
    assert_eq!(vendor.run(RetabReviews.list_waiting(None, &Place::First)).unwrap_err().kind, ErrorKind::Vendor);
}

#[test]
fn a_run_starts_with_documents_as_data_urls() {
    let mut vendor = retab().ok(GET_WORKFLOW, WORKFLOW).ok("GET workflows/blocks", BLOCKS).ok("POST workflows/runs", RUN);
    let form = vendor.run(RetabReviews.describe_inputs("wrk_1")).expect("a form");
    let keys: Vec<_> = form.fields.iter().map(|field| field.key.as_str()).collect();
    assert_eq!(keys, ["start-1", "start-json-1"]);
    assert!(matches!(&form.fields[1].kind, InputKind::Json { example } if example.get("limit").is_some()));
    let file = InputValue::File { name: "a.csv".into(), media_type: "text/csv".into(), bytes: b"a,b".to_vec() };
    let request = StartRequest {
        flow: "wrk_1".into(),
        name: None,
        metadata: Some(vendor::json(r#"{"customer": 42, "who": "Ada"}"#)),
        values: vec![("start-1".into(), file), ("start-json-1".into(), InputValue::Json(runs::Json::Null))],
        key: "k".into(),
    };
    let started = vendor.run(RetabReviews.start(request)).expect("started");
    assert_eq!(started.run.id, "run_1");
    let sent = body(vendor.writes()[0]);
    let expected = r#"{"workflow_id":"wrk_1","documents":{"start-1":{"filename":"a.csv","url":"data:text/csv;base64,YSxi"}},"metadata":{"customer":"42","who":"Ada"}}"#;
    assert_eq!(sent, expected);
    assert!(!vendor.writes()[0].repeatable);
}

#[test]
fn cancelling_says_what_the_vendor_said() {
    for (word, status, outcome) in [
        ("cancelled", "cancelled", ActionOutcome::Done),
        ("cancellation_requested", "running", ActionOutcome::Requested),
        ("cancellation_requested", "cancelled", ActionOutcome::Done),
    ] {
        let answer = format!(r#"{{"run": {}, "cancellation_status": "{word}"}}"#, RUN.replace("awaiting_review", status));
        let mut vendor = retab().ok("POST workflows/runs/run_1/cancel", &answer);
        assert_eq!(vendor.run(RetabReviews.cancel(&reference(), "k1")).expect("an answer"), outcome);
        assert_eq!(body(vendor.writes()[0]), r#"{"command_id":"k1"}"#);
    }
    let answer = format!(r#"{{"run": {}, "cancellation_status": "cancellation_failed"}}"#, RUN.replace("awaiting_review", "completed"));
    let refused = retab().ok("POST workflows/runs/run_1/cancel", &answer).run(RetabReviews.cancel(&reference(), "k1")).unwrap_err();
    assert_eq!((refused.kind, refused.detail.as_str()), (ErrorKind::Refused, "completed"));
    let mut vendor = retab().on("DELETE workflows/runs/run_1", says(204, ""));
    assert_eq!(vendor.run(RetabReviews.delete(&reference())).expect("deleted"), ActionOutcome::Done);
    assert_eq!(retab().run(RetabReviews.rerun(&reference(), "k")).unwrap_err().kind, ErrorKind::Unsupported);
}

#[test]
fn a_waiting_run_has_all_its_reviews_from_the_queue() {
    let second = REVIEW.replace("rev_1", "rev_2").replace("\"iteration_key\": null", "\"iteration_key\": \"annex b\"");
    let mut vendor = retab().ok("GET workflows/runs", &runs_page("null", "null")).ok(GET_REVIEWS, &list(&[REVIEW, &second]));
    let page = vendor.run(RetabReviews.list_waiting(None, &Place::First)).expect("a page");
    let reviews = page.items[0].reviews.as_ref().expect("the queue tells them");
    let told: Vec<_> = reviews.iter().map(|review| (review.id.as_str(), review.iteration.clone())).collect();
    assert_eq!(told, [("rev_1", None), ("rev_2", Some(Iteration::Key("annex b".into())))]);
    // Without the queue nobody knows: a block is no review.
    let mut vendor = retab().ok("GET workflows/runs", &runs_page("null", "null")).on(GET_REVIEWS, says(403, "{}"));
    let page = vendor.run(RetabReviews.list_waiting(None, &Place::First)).expect("a page");
    assert_eq!(page.items[0].reviews, None);
}
