//! Reading a review, deciding it, and everything that can come of it.

use runs::adapters::superai::SuperAi;
use runs::model::review::{Intent, Outcome, Review, ReviewState};
use runs::wire::http::Reply;
use runs::{ErrorKind, Json, RunAdapter, StatusKind};

use super::wire::{Wire, answer, changed, json, lost, ok};
use super::{
    COMPLETE, EXECUTION, FLOW, GET_FLOW, GET_REVIEW, GET_RUN, GET_TASKS, REVIEW, REVIEW_ID, RUN, START, TASKS, not_found, reference,
};

const READ: [&str; 4] = [GET_RUN, GET_TASKS, GET_REVIEW, GET_FLOW];
const AS_READ: &str = r#"{"total":1234.560,"number":9007199254740993,"rows":[{"sku":"A-1","qty":2},{"sku":"B-2","qty":3}],"scan":"gs://bucket/out/scan.png"}"#;

fn vendor(review: &str) -> Wire {
    Wire::new(&SuperAi::RELAYED).on(GET_RUN, ok(EXECUTION)).on(GET_TASKS, ok(TASKS)).on(GET_REVIEW, ok(review)).on(GET_FLOW, ok(FLOW))
}

fn read(review: &str) -> Review {
    vendor(review).run(SuperAi.get_review(&reference(), REVIEW_ID)).expect("a review")
}

fn state(status: &str) -> String {
    changed(REVIEW, "/status", &format!("\"{status}\""))
}

fn completed(result: bool, output: &str) -> String {
    let review = changed(&state("completed"), "/review_result", &result.to_string());
    let review = changed(&review, "/reviewed_output", output);
    let review = changed(&review, "/completed_by", "\"550e8400-e29b-41d4-a716-446655440000\"");
    changed(&review, "/completed_at", "\"2026-04-21T10:00:00Z\"")
}

fn intent(approve: bool, edited: Option<&str>) -> Intent {
    Intent { key: "one".into(), approve, edited: edited.map(json), reason: None }
}

fn error(status: u16, code: &str) -> Reply {
    answer(status, format!(r#"{{"error":{{"message":"no","code":"{code}"}},"request_id":"01K8"}}"#))
}

/// A short name of what came of it, for tables.
fn named(outcome: &Result<Outcome, runs::ApiError>) -> String {
    match outcome {
        Ok(Outcome::Accepted(_)) => "accepted".into(),
        Ok(Outcome::AlreadyMine(_)) => "already mine".into(),
        Ok(Outcome::DecidedByAnother(_)) => "decided by another".into(),
        Ok(Outcome::Changed(_)) => "changed".into(),
        Ok(Outcome::NoLongerWaiting(status)) => format!("no longer waiting: {}", status.kind.slug()),
        Ok(Outcome::Invalid { .. }) => "invalid".into(),
        Ok(Outcome::NotPermitted { .. }) => "not permitted".into(),
        Ok(Outcome::NotConfirmed { .. }) => "not confirmed".into(),
        Err(error) => format!("{:?}", error.kind),
    }
}

#[test]
fn a_review_shows_the_output_under_review() {
    let review = read(REVIEW);
    assert_eq!((review.id.as_str(), review.run.as_str(), review.name.as_str()), (REVIEW_ID, RUN, "Check Totals"));
    assert_eq!((review.flow_name.as_deref(), review.state.clone()), (Some("Invoice Processing"), ReviewState::Open));
    assert_eq!(review.data.to_string(), AS_READ, "the single target's output itself, digits and all");
    assert_eq!((review.schema.clone(), review.read_only.clone()), (None, vec![]));
    assert_eq!(review.reason.as_deref(), Some("Please verify the total amount\nCheck the invoice date"));
    assert_eq!(review.instructions.as_deref(), Some("Please review the document and verify all dates are correct."));
    assert_eq!((review.pin.attempt, review.pin.updated_at.map(runs::Timestamp::iso)), (Some(2), Some("2026-04-21T09:00:20Z".into())));
    assert_eq!(review.evidence.len(), 3, "every other step, the failed try too");
    assert!(matches!(read(&state("in_progress")).state, ReviewState::Open));
    let ReviewState::Decided(decision) = read(&completed(true, r#"[{"total":1}]"#)).state else { panic!("decided") };
    assert_eq!((decision.approved, decision.data), (Some(true), Some(json(r#"{"total":1}"#))));
    assert_eq!(decision.by.as_deref(), Some("550e8400-e29b-41d4-a716-446655440000"));
}

const SEVERAL: &str = r#"[
    {"task_name":"extract","task_execution_idx":1,"is_editable":true,"output_name":"rows","output_collection_idx":1},
    {"task_name":"receive","task_execution_idx":0,"is_editable":false},
    {"task_name":"extract","task_execution_idx":1,"is_editable":true}
]"#;

#[test]
fn several_targets_are_one_list_and_go_back_in_their_order() {
    let several = changed(REVIEW, "/target_task_executions", SEVERAL);
    let review = read(&several);
    let Json::Array(items) = &review.data else { panic!("{}", review.data) };
    assert_eq!(items[0].to_string(), r#"{"sku":"B-2","qty":3}"#);
    assert_eq!(items[2].to_string(), AS_READ);
    assert_eq!(review.read_only, [1]);
    let edited = r#"[{"sku":"B-2","qty":4.50},{"document_url":"gs://evil"},{"total":1}]"#;
    let recorded = completed(true, r#"[{"sku":"B-2","qty":4.5},{"document_url":"gs://bucket/in/invoice 7.pdf"},{"total":1}]"#);
    let recorded = changed(&recorded, "/target_task_executions", SEVERAL);
    let mut wire = vendor(&several).on(START, ok(several.as_str())).on(COMPLETE, ok(recorded));
    let outcome = wire.run(SuperAi.decide(&review, &intent(true, Some(edited))));
    assert_eq!(named(&outcome), "accepted");
    assert_eq!(
        wire.body(COMPLETE),
        r#"{"review_result":true,"reviewed_output":[{"sku":"B-2","qty":4.50},{"document_url":"gs://bucket/in/invoice 7.pdf"},{"total":1}]}"#,
        "what may only be looked at goes back as it was read"
    );
    for wrong in [r#"[{"total":1}]"#, r#"{"total":1}"#] {
        let outcome = vendor(&several).run(SuperAi.decide(&review, &intent(true, Some(wrong))));
        assert_eq!(named(&outcome), "invalid", "{wrong}");
    }
}

#[test]
fn a_target_that_is_not_there_cannot_be_decided() {
    for missing in [
        r#"[{"task_name":"extract","task_execution_idx":9,"is_editable":true}]"#,
        r#"[{"task_name":"extract","task_execution_idx":1,"output_name":"rows","output_collection_idx":2}]"#,
    ] {
        assert_eq!(read(&changed(REVIEW, "/target_task_executions", missing)).state, ReviewState::Gone, "{missing}");
    }
}

#[test]
fn schemas_come_from_the_definition_if_it_has_one() {
    let schema = r#"{"type":"object","properties":{"rows":{"type":"array","items":{"type":"object","title":"Row"}}}}"#;
    let flow = changed(FLOW, "/definition/flow_configs/0/config/tasks/2/output_schema", schema);
    let with_schema = |review: &str| {
        let mut wire = Wire::new(&SuperAi::RELAYED).on(GET_RUN, ok(EXECUTION)).on(GET_TASKS, ok(TASKS)).on(GET_REVIEW, ok(review));
        wire = wire.on(GET_FLOW, ok(flow.as_str()));
        let review = wire.run(SuperAi.get_review(&reference(), REVIEW_ID)).expect("a review");
        assert!(wire.query(4).contains(&"include_output_schemas=true".into()));
        review
    };
    assert_eq!(with_schema(REVIEW).schema, Some(json(schema)));
    assert_ne!(with_schema(REVIEW).pin, read(REVIEW).pin, "the schema is pinned too");
    let item = r#"[{"task_name":"extract","task_execution_idx":1,"is_editable":true,"output_name":"rows","output_collection_idx":0}]"#;
    let review = with_schema(&changed(REVIEW, "/target_task_executions", item));
    assert_eq!(review.schema, Some(json(r#"{"type":"object","title":"Row"}"#)));
    assert_eq!(review.data.to_string(), r#"{"sku":"A-1","qty":2}"#);
}

#[test]
fn reviews_that_are_gone_are_not_found() {
    let mut wire =
        Wire::new(&SuperAi::RELAYED).on(GET_RUN, ok(EXECUTION)).on(GET_TASKS, ok(TASKS)).on(GET_REVIEW, not_found()).on(GET_FLOW, ok(FLOW));
    assert_eq!(wire.run(SuperAi.get_review(&reference(), REVIEW_ID)).expect_err("gone").kind, ErrorKind::NotFound);
    let others = changed(REVIEW, "/flow_execution_id", "\"00000000-0000-4000-8000-000000000000\"");
    let error = vendor(&others).run(SuperAi.get_review(&reference(), REVIEW_ID)).expect_err("another run's");
    assert_eq!(error.kind, ErrorKind::NotFound);
}

#[test]
fn approving_starts_then_completes_and_keeps_every_digit() {
    let review = read(REVIEW);
    let mut wire = vendor(REVIEW).on(START, ok(state("in_progress"))).on(COMPLETE, ok(completed(true, &format!("[{AS_READ}]"))));
    let outcome = wire.run(SuperAi.decide(&review, &intent(true, None))).expect("an outcome");
    let Outcome::Accepted(decision) = outcome else { panic!("{outcome:?}") };
    assert_eq!(decision.data.expect("data").to_string(), AS_READ);
    assert_eq!(wire.calls(), [&READ[..], &[START, COMPLETE]].concat());
    assert_eq!(wire.body(COMPLETE), format!(r#"{{"review_result":true,"reviewed_output":[{AS_READ}]}}"#));
    let repeatable: Vec<_> = wire.sent[4..].iter().map(|request| request.repeatable).collect();
    assert_eq!(repeatable, [true, false], "completing twice is never safe: there is no idempotency key");
}

#[test]
fn marking_as_incorrect_sends_the_output_as_read() {
    let review = read(REVIEW);
    let mut wire = vendor(REVIEW).on(START, ok(state("in_progress"))).on(COMPLETE, ok(completed(false, &format!("[{AS_READ}]"))));
    let outcome = wire.run(SuperAi.decide(&review, &intent(false, Some(r#"{"total":0}"#))));
    assert_eq!(named(&outcome), "accepted");
    assert_eq!(wire.body(COMPLETE), format!(r#"{{"review_result":false,"reviewed_output":[{AS_READ}]}}"#));
}

#[test]
fn what_changed_since_it_was_read_is_not_decided() {
    let review = read(REVIEW);
    for (pointer, value) in [
        ("/task_executions/1/output/total", "1234.57"),
        ("/task_executions/1/output/number", "9007199254740992"),
        ("/task_executions/1/updated_at", "\"2026-04-21T09:30:00Z\""),
    ] {
        let mut wire = Wire::new(&SuperAi::RELAYED)
            .on(GET_RUN, ok(EXECUTION))
            .on(GET_TASKS, ok(changed(TASKS, pointer, value)))
            .on(GET_REVIEW, ok(REVIEW))
            .on(GET_FLOW, ok(FLOW));
        let outcome = wire.run(SuperAi.decide(&review, &intent(true, None))).expect("an outcome");
        let Outcome::Changed(fresh) = outcome else { panic!("{outcome:?}") };
        assert_ne!(fresh.pin, review.pin);
        assert_eq!(wire.calls(), READ, "{pointer}: nothing was sent");
    }
    let tasks = changed(TASKS, "/task_executions/1/output/total", "1234.56");
    let mut wire =
        Wire::new(&SuperAi::RELAYED).on(GET_RUN, ok(EXECUTION)).on(GET_TASKS, ok(tasks)).on(GET_REVIEW, ok(REVIEW)).on(GET_FLOW, ok(FLOW));
    wire = wire.on(START, ok(REVIEW)).on(COMPLETE, ok(completed(true, "[1]")));
    assert_eq!(named(&wire.run(SuperAi.decide(&review, &intent(true, None)))), "accepted", "the same value with other zeros");
}

/// What the vendor answers, in order, to reading the review, start, complete and reading it again; and what comes of it.
#[test]
fn every_way_a_decision_can_end() {
    let mine = || completed(true, r#"[{"total":2.50}]"#);
    let theirs = || completed(false, r#"[{"total":2.50}]"#);
    let edited = || completed(true, r#"[{"total":2.51}]"#);
    let open = || ok(state("in_progress"));
    let invalid = answer(422, r#"{"detail":[{"loc":["body","reviewed_output",0,"total"],"msg":"too small","type":"x"}]}"#);
    let unused = || error(500, "unused");
    let rows: Vec<(&str, Reply, Reply, Reply, Reply, &str)> = vec![
        ("plain", ok(REVIEW), open(), ok(mine()), unused(), "accepted"),
        ("decided alike before", ok(mine()), unused(), unused(), ok(mine()), "already mine"),
        ("decided otherwise before", ok(theirs()), unused(), unused(), ok(theirs()), "decided by another"),
        ("review gone before", not_found(), unused(), unused(), unused(), "no longer waiting: waiting"),
        ("may not read", error(403, "forbidden"), unused(), unused(), unused(), "not permitted"),
        ("cannot read", error(503, "internal_error"), unused(), unused(), unused(), "Vendor"),
        ("start: completed alike", ok(REVIEW), error(409, "conflict"), unused(), ok(mine()), "already mine"),
        ("start: completed otherwise", ok(REVIEW), error(409, "conflict"), unused(), ok(edited()), "decided by another"),
        ("start: conflict but open", ok(REVIEW), error(409, "conflict"), unused(), ok(REVIEW), "Conflict"),
        ("start: gone", ok(REVIEW), not_found(), unused(), unused(), "no longer waiting: waiting"),
        ("start: key refused", ok(REVIEW), error(401, "unauthorized"), unused(), unused(), "not permitted"),
        ("start: too many", ok(REVIEW), error(429, "slow_down"), unused(), unused(), "RateLimited"),
        ("start: lost but in progress", ok(REVIEW), lost(), ok(mine()), open(), "accepted"),
        ("start: lost and pending", ok(REVIEW), lost(), unused(), ok(REVIEW), "VendorUnreachable"),
        ("start: lost, unreadable", ok(REVIEW), lost(), unused(), lost(), "VendorUnreachable"),
        ("complete: not in progress, alike", ok(REVIEW), open(), error(400, "bad_request"), ok(mine()), "already mine"),
        ("complete: not in progress, otherwise", ok(REVIEW), open(), error(400, "bad_request"), ok(theirs()), "decided by another"),
        ("complete: put back", ok(REVIEW), open(), error(400, "bad_request"), ok(REVIEW), "Conflict"),
        ("complete: data refused", ok(REVIEW), open(), error(400, "validation"), open(), "invalid"),
        ("complete: fields refused", ok(REVIEW), open(), invalid.clone(), open(), "invalid"),
        ("complete: fields refused, unreadable", ok(REVIEW), open(), invalid, lost(), "invalid"),
        ("complete: conflict, alike", ok(REVIEW), open(), error(409, "conflict"), ok(mine()), "already mine"),
        ("complete: conflict, otherwise", ok(REVIEW), open(), error(409, "conflict"), ok(edited()), "decided by another"),
        ("complete: forbidden", ok(REVIEW), open(), error(403, "forbidden"), unused(), "not permitted"),
        ("complete: key refused", ok(REVIEW), open(), error(401, "unauthorized"), unused(), "not permitted"),
        ("complete: gone", ok(REVIEW), open(), not_found(), unused(), "no longer waiting: waiting"),
        ("complete: no credits", ok(REVIEW), open(), error(402, "insufficient_credits"), unused(), "Refused"),
        ("complete: lost, recorded", ok(REVIEW), open(), lost(), ok(mine()), "accepted"),
        ("complete: lost, another's", ok(REVIEW), open(), lost(), ok(theirs()), "decided by another"),
        ("complete: lost, still open", ok(REVIEW), open(), lost(), open(), "not confirmed"),
        ("complete: lost, unreadable", ok(REVIEW), open(), lost(), error(500, "x"), "not confirmed"),
        ("complete: lost, gone", ok(REVIEW), open(), lost(), not_found(), "no longer waiting: waiting"),
        ("complete: failed, recorded", ok(REVIEW), open(), error(500, "internal_error"), ok(mine()), "accepted"),
        ("complete: failed, still open", ok(REVIEW), open(), error(502, "internal_error"), open(), "not confirmed"),
        ("complete: broken answer, recorded", ok(REVIEW), open(), ok("{\"id\":"), ok(mine()), "accepted"),
        ("complete: accepted but open", ok(REVIEW), open(), open(), open(), "not confirmed"),
    ];
    let review = read(REVIEW);
    for (what, first, start, complete, again, wanted) in rows {
        let mut wire = Wire::new(&SuperAi::RELAYED).on(GET_RUN, ok(EXECUTION)).on(GET_TASKS, ok(TASKS)).on(GET_FLOW, ok(FLOW));
        wire = wire.on(GET_REVIEW, first).on(GET_REVIEW, again).on(START, start).on(COMPLETE, complete);
        let outcome = wire.run(SuperAi.decide(&review, &intent(true, Some(r#"{"total":2.5}"#))));
        assert_eq!(named(&outcome), wanted, "{what}: {outcome:?}");
        assert!(wire.calls().iter().filter(|call| **call == COMPLETE).count() <= 1, "{what}: sent twice");
        match outcome {
            Err(error) => assert!(what == "cannot read" || !error.outcome_unknown(), "{what}: reads as perhaps decided"),
            Ok(Outcome::Invalid { fields, request_id, .. }) if what.contains("fields") => {
                assert_eq!((fields, request_id), (vec![("total".into(), "too small".into())], None), "{what}: the place is the data's");
            }
            Ok(Outcome::NotPermitted { request_id, .. }) => assert_eq!(request_id.as_deref(), Some("01K8"), "{what}"),
            Ok(Outcome::DecidedByAnother(decision)) => assert!(decision.by.is_some() && decision.at.is_some(), "{what}"),
            Ok(_) => {}
        }
    }
}

#[test]
fn what_was_sent_unchanged_may_be_left_out_of_the_record() {
    let review = read(REVIEW);
    let edited = AS_READ.replace("1234.560", "2.5");
    for (recorded, wanted) in [
        (r#"[{"total":2.50,"number":9007199254740993}]"#, "accepted"),
        (r#"[{"total":2.50}]"#, "accepted"),
        (r#"[{"number":9007199254740993}]"#, "decided by another"),
        (r#"[{"total":2.50,"number":9007199254740992}]"#, "decided by another"),
        (r#"[{"total":2.50,"note":"theirs"}]"#, "decided by another"),
        (r#"[{"total":2.50},{}]"#, "decided by another"),
        ("null", "decided by another"),
    ] {
        let mut wire = vendor(REVIEW).on(GET_REVIEW, ok(completed(true, recorded))).on(START, ok(REVIEW)).on(COMPLETE, lost());
        assert_eq!(named(&wire.run(SuperAi.decide(&review, &intent(true, Some(&edited))))), wanted, "{recorded}");
    }
}

#[test]
fn a_run_that_ended_waits_no_longer() {
    let review = read(REVIEW);
    for (status, kind) in
        [("cancelled", StatusKind::Cancelled), ("cancel_requested", StatusKind::Cancelling), ("failed", StatusKind::Failed)]
    {
        let execution = changed(EXECUTION, "/status", &format!("\"{status}\""));
        let mut wire = Wire::new(&SuperAi::RELAYED)
            .on(GET_RUN, ok(execution))
            .on(GET_TASKS, ok(TASKS))
            .on(GET_REVIEW, ok(REVIEW))
            .on(GET_FLOW, ok(FLOW));
        let outcome = wire.run(SuperAi.decide(&review, &intent(true, None)));
        assert_eq!(named(&outcome), format!("no longer waiting: {}", kind.slug()));
        assert_eq!(wire.calls(), READ);
    }
    let mut wire =
        Wire::new(&SuperAi::RELAYED).on(GET_RUN, not_found()).on(GET_TASKS, not_found()).on(GET_REVIEW, not_found()).on(GET_FLOW, ok(FLOW));
    let outcome = wire.run(SuperAi.decide(&review, &intent(true, None)));
    assert_eq!(named(&outcome), "no longer waiting: deleted");
}

#[test]
fn confirming_only_reads() {
    let review = read(REVIEW);
    let cancelled = changed(EXECUTION, "/status", "\"cancelled\"");
    for (again, execution, wanted) in [
        (ok(completed(true, r#"[{"total":2.50}]"#)), EXECUTION, "accepted"),
        (ok(completed(true, r#"[{"total":3}]"#)), EXECUTION, "decided by another"),
        (ok(state("in_progress")), EXECUTION, "not confirmed"),
        (ok(state("in_progress")), cancelled.as_str(), "no longer waiting: cancelled"),
        (not_found(), EXECUTION, "no longer waiting: waiting"),
        (lost(), EXECUTION, "Unconfirmed"),
    ] {
        let mut wire = Wire::new(&SuperAi::RELAYED).on(GET_REVIEW, again).on(GET_RUN, ok(execution));
        let outcome = wire.run(SuperAi.confirm(&review, &intent(true, Some(r#"{"total":2.5}"#))));
        assert_eq!(named(&outcome), wanted);
        assert!(wire.calls().iter().all(|call| call.starts_with("GET ")), "{:?}", wire.calls());
    }
}
