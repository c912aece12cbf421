use super::vendor::{Vendor, body, fails, json, says};
use super::{
    ANSWER, ANSWERED, DETAIL, ENTRY, EVENTS, EVENTS_DONE, EVENTS_MARKED, GET_DETAIL, GET_EVENTS, GET_RUN, REVIEW, RUN, TASK, airflow,
    altered, around, newest_first, reference, waiting,
};
use runs::adapters::airflow::Airflow;
use runs::model::review::{Intent, Outcome, ResumeState, Review};
use runs::wire::http::FailureKind;
use runs::{ErrorKind, Json, RunAdapter, StatusKind};
use serde_json::json as value;

/// What the vendor says to the answer in `answered.json`.
const YES: &str = r#"{"responded_by": {"id": "ada", "name": "ada"}, "responded_at": "2026-12-01T00:32:52.215649Z", "chosen_options": ["Approve"], "params_input": {"comment": "fine"}}"#;

fn read_of(detail: &str) -> Review {
    let mut vendor = around(airflow().ok(GET_DETAIL, detail).ok(GET_EVENTS, &newest_first(EVENTS)));
    vendor.run(Airflow.get_review(&reference(), REVIEW)).unwrap()
}

fn intent(edited: Json) -> Intent {
    Intent { key: "k".into(), approve: true, edited: Some(edited), reason: None }
}

fn fine() -> Intent {
    intent(value!({"comment": "fine"}))
}

fn rejection() -> Intent {
    Intent { key: "k".into(), approve: false, edited: None, reason: Some("wrong supplier".into()) }
}

fn decide(vendor: &mut Vendor, intent: &Intent) -> Result<Outcome, runs::ApiError> {
    vendor.run(Airflow.decide(&read_of(DETAIL), intent))
}

/// Open when it is looked at, and then as others left it.
fn then(detail: &str, events: &str) -> Vendor {
    let vendor = airflow().ok(GET_DETAIL, DETAIL).ok(GET_DETAIL, detail);
    around(vendor.ok(GET_EVENTS, &newest_first(EVENTS)).ok(GET_EVENTS, &newest_first(events)))
}

/// What is recorded, with the task in that state.
fn recorded(state: &str, changes: &[(&str, Json)]) -> String {
    let mut all = vec![("/task_instance/state", value!(state)), ("/task_instance/end_date", value!("2026-12-01T00:32:52.456659Z"))];
    all.extend(changes.iter().cloned());
    altered(ANSWERED, &all)
}

#[test]
fn an_answer_says_what_it_saw_and_since_when_and_is_read_back() {
    let mut vendor = then(&recorded("success", &[]), EVENTS_DONE).ok(ANSWER, YES);
    let outcome = decide(&mut vendor, &fine()).unwrap();
    let Outcome::Accepted(decision) = outcome else { panic!("{outcome:?}") };
    assert_eq!((decision.by.as_deref(), decision.resume.unwrap().state), (Some("ada"), ResumeState::Resumed));
    let sent = vendor.writes();
    let [sent] = &sent[..] else { panic!("{sent:?}") };
    assert_eq!(json(&body(sent)), value!({"chosen_options": ["Approve"], "params_input": {"comment": "fine"}}));
    let seen = ("sluice-seen", "01a22f03-4a64-7d31-835a-1ad2e75b22e5~awaiting_input".to_owned());
    assert_eq!(sent.query, [seen, ("sluice-since", "2026-12-01T00:31:34.948Z".to_owned())]);
}

#[test]
fn of_two_yeses_only_what_is_recorded_counts() {
    let other = [
        ("/responded_by_user", value!({"id": "ben", "name": "ben"})),
        ("/responded_at", value!("2026-12-01T00:32:52.3Z")),
        ("/chosen_options", value!(["Reject"])),
    ];
    let mut vendor = then(&recorded("success", &other), EVENTS_DONE).ok(ANSWER, YES);
    let outcome = decide(&mut vendor, &fine()).unwrap();
    let Outcome::DecidedByAnother(decision) = outcome else { panic!("{outcome:?}") };
    assert_eq!((decision.by.as_deref(), decision.approved), (Some("ben"), Some(false)));
    // The same words by the same account a moment later are another's too.
    let later = [("/responded_at", value!("2026-12-01T00:32:52.215650Z"))];
    let outcome = decide(&mut then(&recorded("success", &later), EVENTS_DONE).ok(ANSWER, YES), &fine()).unwrap();
    assert!(matches!(outcome, Outcome::DecidedByAnother(_)), "{outcome:?}");
}

#[test]
fn a_yes_that_came_to_nothing_is_told() {
    let resume = |detail: &str| {
        let outcome = decide(&mut then(detail, EVENTS).ok(ANSWER, YES), &fine()).unwrap();
        let Outcome::Accepted(decision) = outcome else { panic!("{outcome:?}") };
        decision.resume.unwrap().state
    };
    assert_eq!(resume(&recorded("failed", &[])), ResumeState::Failed);
    assert_eq!(resume(&recorded("failed", &[("/task_instance/end_date", value!("2026-12-01T00:32:00Z"))])), ResumeState::Skipped);
    assert_eq!(resume(&recorded("running", &[])), ResumeState::Pending);
    let cleared = altered(DETAIL, &[("/task_instance/id", value!("another"))]);
    assert_eq!(resume(&cleared), ResumeState::Skipped, "it was cleared since, and asks anew");
}

#[test]
fn nothing_is_sent_to_what_waits_no_more() {
    for (change, kind) in
        [(("/task_instance/state", value!("failed")), StatusKind::Running), (("/task_instance/try_number", value!(2)), StatusKind::Running)]
    {
        let gone = altered(DETAIL, &[change]);
        let mut vendor = around(airflow().ok(GET_DETAIL, &gone).ok(GET_EVENTS, &newest_first(EVENTS)));
        let outcome = decide(&mut vendor, &fine()).unwrap();
        assert!(matches!(&outcome, Outcome::NoLongerWaiting(status) if status.kind == kind), "{outcome:?}");
        assert!(vendor.writes().is_empty());
    }
    let mut vendor = around(airflow().ok(GET_DETAIL, ANSWERED).ok(GET_EVENTS, &newest_first(EVENTS_DONE)));
    assert!(matches!(decide(&mut vendor, &fine()).unwrap(), Outcome::AlreadyMine(_)));
    assert!(matches!(decide(&mut vendor, &rejection()).unwrap(), Outcome::DecidedByAnother(_)));
    assert!(vendor.writes().is_empty());
    let mut vendor = airflow().ok(GET_RUN, RUN).ok(GET_EVENTS, &newest_first(EVENTS));
    assert!(matches!(decide(&mut vendor, &fine()).unwrap(), Outcome::NoLongerWaiting(status) if status.kind == StatusKind::Deleted));
    // Another question, or another try of it that looks the same.
    for change in [("/subject", value!("x")), ("/task_instance/id", value!("another")), ("/params/comment/value", value!("draft"))] {
        let changed = altered(DETAIL, std::slice::from_ref(&change));
        let mut vendor = around(airflow().ok(GET_DETAIL, &changed).ok(GET_EVENTS, &newest_first(EVENTS)));
        let outcome = decide(&mut vendor, &fine());
        let is_changed = matches!(outcome, Ok(Outcome::Changed(_)));
        assert_eq!(is_changed, change.0 != "/subject", "the form, or the try: {outcome:?}");
    }
}

#[test]
fn refusals_of_the_vendor_are_what_they_are() {
    let conflict = r#"{"detail": "Human-in-the-loop detail has already been updated for Task Instance with id 01a2 and is not allowed to write again."}"#;
    let mut vendor = then(ANSWERED, EVENTS_DONE).on(ANSWER, says(409, conflict));
    assert!(matches!(decide(&mut vendor, &fine()).unwrap(), Outcome::AlreadyMine(_)), "the same answer");
    let mut vendor = then(ANSWERED, EVENTS_DONE).on(ANSWER, says(409, conflict));
    let outcome = decide(&mut vendor, &intent(value!({"comment": "mine"}))).unwrap();
    assert!(matches!(outcome, Outcome::DecidedByAnother(_)), "{outcome:?}");
    let refused = says(403, r#"{"detail": "User=admin (id=admin) is not a respondent for the task."}"#);
    let outcome = decide(&mut waiting().on(ANSWER, refused), &fine()).unwrap();
    assert!(matches!(&outcome, Outcome::NotPermitted { detail, .. } if detail.contains("not a respondent")), "{outcome:?}");
    let invalid = says(422, r#"{"detail": [{"type": "too_short", "loc": ["body", "chosen_options"], "msg": "too short"}]}"#);
    let outcome = decide(&mut waiting().on(ANSWER, invalid), &fine()).unwrap();
    let Outcome::Invalid { fields, .. } = outcome else { panic!("{outcome:?}") };
    assert_eq!(fields, [("chosen_options".to_owned(), "too short".to_owned())]);
    // No answer: it is looked for.
    let mut vendor = then(ANSWERED, EVENTS_DONE).on(ANSWER, fails(FailureKind::Broken));
    assert!(matches!(decide(&mut vendor, &fine()).unwrap(), Outcome::Accepted(_)));
    let mut vendor = waiting().on(ANSWER, fails(FailureKind::Broken));
    assert!(matches!(decide(&mut vendor, &fine()).unwrap(), Outcome::NotConfirmed { .. }));
    assert_eq!(vendor.writes().len(), 1);
    // The gateway looked, and it had gone on.
    let mut refused = says(409, r#"{"detail": "This went on since it was read."}"#);
    if let Ok(answer) = &mut refused {
        answer.headers.push(("sluice-relay".into(), "not-sent".into()));
    }
    let gone = altered(DETAIL, &[("/task_instance/state", value!("failed"))]);
    let outcome = decide(&mut then(&gone, EVENTS).on(ANSWER, refused), &fine()).unwrap();
    assert!(matches!(outcome, Outcome::NoLongerWaiting(_)), "{outcome:?}");
}

#[test]
fn a_no_takes_none_of_the_fields_and_leaves_its_reason_as_a_note() {
    let no = YES.replace("Approve", "Reject").replace(r#"{"comment": "fine"}"#, "{}");
    let left = recorded("success", &[("/chosen_options", value!(["Reject"])), ("/params_input", value!({}))]);
    let note = format!("PATCH {TASK}");
    for (noted, reason) in [(says(200, "{}"), Some("wrong supplier")), (says(403, "{}"), None)] {
        let mut vendor = then(&left, EVENTS).ok(ANSWER, &no).on(&note, noted);
        let outcome = decide(&mut vendor, &rejection()).unwrap();
        let Outcome::Accepted(decision) = outcome else { panic!("{outcome:?}") };
        assert_eq!((decision.approved, decision.reason.as_deref()), (Some(false), reason));
        let sent: Vec<_> = vendor.writes().iter().map(|write| json(&body(write))).collect();
        assert_eq!(sent, [value!({"chosen_options": ["Reject"], "params_input": {}}), value!({"note": "wrong supplier"})]);
        assert_eq!(vendor.writes()[1].query, [("update_mask", "note".to_owned())]);
    }
}

#[test]
fn a_question_without_a_no_is_ended() {
    let path = "dags/delivery_check/dagRuns/t-1/taskInstances/entry/-1";
    let entry = altered(ENTRY, &[("/task_instance/dag_id", value!("delivery_check"))]);
    let detail = format!("GET {path}/hitlDetails");
    let read = around(airflow().ok(&detail, &entry)).run(Airflow.get_review(&reference(), "entry:1")).unwrap();
    let ended = altered(&entry, &[("/task_instance/state", value!("failed")), ("/task_instance/end_date", value!("2026-12-01T00:33:02Z"))]);
    let vendor = around(airflow().ok(&detail, &entry).ok(&detail, &ended));
    let vendor = vendor.ok(GET_EVENTS, r#"{"event_logs": []}"#).ok(GET_EVENTS, &newest_first(EVENTS_MARKED));
    let mut vendor = vendor.ok(&format!("PATCH {path}"), "{}");
    let outcome = vendor.run(Airflow.decide(&read, &rejection())).unwrap();
    let Outcome::Accepted(decision) = outcome else { panic!("{outcome:?}") };
    assert_eq!((decision.by.as_deref(), decision.reason.as_deref()), (Some("admin"), Some("rejected: no")), "as the log has it");
    let sent = vendor.writes();
    assert_eq!(json(&body(sent[0])), value!({"new_state": "failed", "note": "wrong supplier"}));
    assert!(sent[0].query.iter().any(|(name, seen)| *name == "sluice-seen" && seen.ends_with("~awaiting_input")));
}

#[test]
fn what_the_task_would_stumble_over_is_not_sent() {
    let path = "GET dags/delivery_check/dagRuns/t-1/taskInstances/check/-1/hitlDetails";
    let read = read_of(ENTRY);
    let wrong = |edited: Json| {
        let mut vendor = around(airflow().ok(path, ENTRY).ok(GET_EVENTS, &newest_first(EVENTS)));
        match vendor.run(Airflow.decide(&read, &intent(edited))) {
            Ok(Outcome::Invalid { fields, .. }) => fields.into_iter().map(|(name, _)| name).collect::<Vec<_>>(),
            other => panic!("{other:?}"),
        }
    };
    for (edited, field) in [
        (value!({"total": "12"}), "total"),
        (value!({"total": -0.01}), "total"),
        (value!({"currency": "GBP"}), "currency"),
        (value!({"received": "31.12.2026"}), "received"),
        (value!({"received": "2026-02-30"}), "received"),
        (value!({"positions": [{"quantity": 1.5}]}), "positions.0.quantity"),
        (value!({"positions": [{"quantity": 0}]}), "positions.0.quantity"),
        (value!({"positions": {}}), "positions"),
        (value!({"address": {"a": [{"__classname__": "x"}]}}), "address.a.0.__classname__"),
        (value!({"address": {"__id__": 1}}), "address.__id__"),
        (value!({"nope": 1}), "nope"),
    ] {
        assert_eq!(wrong(edited.clone()), [field], "{edited}");
    }
    let error = decide(&mut waiting(), &intent(value!({"comment": "x".repeat(201)})));
    assert!(matches!(error, Ok(Outcome::Invalid { .. })), "{error:?}");
}

#[test]
fn what_cannot_be_read_is_an_error_and_nothing_is_sent() {
    let mut vendor = around(airflow().on(GET_DETAIL, says(500, "{}")));
    let error = decide(&mut vendor, &fine()).unwrap_err();
    assert_eq!(error.kind, ErrorKind::Vendor);
    assert!(vendor.writes().is_empty());
}
