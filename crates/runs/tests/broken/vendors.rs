//! Every dialect with answers of its own, one value of which is broken.

use runs::adapters::RunRef;
use runs::wire::http::{Reply, Request, Response};
use runs::{Dialect, Json};

/// What stands in the place of a value: no JSON at all, or JSON that nobody expects there.
pub(crate) const BROKEN: [&str; 14] = [
    "NaN",
    "Infinity",
    "-Infinity",
    r#""half \ud83d of a pair""#,
    "undefined",
    "007",
    r#""\x41""#,
    "null",
    "-1",
    "1e400",
    r#""garbage""#,
    "[]",
    "{}",
    "[[7]]",
];
/// So many of them are no JSON.
pub(crate) const INVALID: usize = 7;

/// Stands where what is broken will stand.
const MARK: &str = "@broken@";

pub(crate) const RUN_ID: &str = "223e4567-e89b-12d3-a456-426614174000";

pub(crate) fn json(text: &str) -> Json {
    runs::value::json::parse(text.as_bytes()).expect("test data")
}

/// The paths of all values in a document that hold no others, and of the items of lists.
pub(crate) fn places(document: &Json) -> Vec<String> {
    fn walk(value: &Json, path: &str, listed: bool, found: &mut Vec<String>) {
        let below = |key: &str| format!("{path}/{}", key.replace('~', "~0").replace('/', "~1"));
        if listed || !(value.is_object() || value.is_array()) {
            found.push(path.to_owned());
        }
        match value {
            Json::Array(items) => items.iter().enumerate().for_each(|(at, item)| walk(item, &below(&at.to_string()), true, found)),
            Json::Object(map) => map.iter().for_each(|(key, item)| walk(item, &below(key), false, found)),
            _ => {}
        }
    }
    let mut found = Vec::new();
    walk(document, "", false, &mut found);
    found
}

/// The text of a document with something else at a path.
pub(crate) fn with(document: &Json, path: &str, broken: &str) -> String {
    let mut document = document.clone();
    *document.pointer_mut(path).expect("a path of the document") = MARK.into();
    document.to_string().replace(&format!("\"{MARK}\""), broken)
}

/// The item of a list of runs.
pub(crate) fn item(dialect: Dialect) -> Json {
    json(match dialect {
        Dialect::Retab => include_str!("../fixtures/retab/run_waiting.json"),
        Dialect::RetabReviews => include_str!("../fixtures/retab_reviews/run.json"),
        Dialect::TableFlow => include_str!("../fixtures/tableflow/run_review.json"),
        Dialect::FlowStack => include_str!("../fixtures/flowstack/run.json"),
        Dialect::SuperAi => include_str!("../fixtures/superai/execution.json"),
        Dialect::Prefect => include_str!("../fixtures/prefect/run.json"),
        Dialect::Airflow => include_str!("../fixtures/airflow/run.json"),
    })
}

/// A list around items.
pub(crate) fn list(dialect: Dialect, items: &[String]) -> String {
    let items = items.join(",");
    match dialect {
        Dialect::Retab | Dialect::RetabReviews => format!(r#"{{"data": [{items}], "list_metadata": {{"before": null, "after": null}}}}"#),
        Dialect::TableFlow => format!(r#"{{"flow_runs": [{items}], "pagination": {{"total": 5, "offset": 0, "next_offset": null}}}}"#),
        Dialect::FlowStack => format!(r#"{{"data": [{items}], "hasMore": false, "cursor": null}}"#),
        Dialect::SuperAi | Dialect::Prefect => format!("[{items}]"),
        Dialect::Airflow => format!(r#"{{"dag_runs": [{items}], "total_entries": 5, "next_cursor": null}}"#),
    }
}

/// A list around flows.
pub(crate) fn flows(dialect: Dialect, items: &[String]) -> String {
    match dialect {
        Dialect::TableFlow => format!("[{}]", items.join(",")),
        Dialect::SuperAi => format!(r#"{{"flows": [{}], "total": 3}}"#, items.join(",")),
        Dialect::Airflow => format!(r#"{{"dags": [{}], "total_entries": 3}}"#, items.join(",")),
        _ => list(dialect, items),
    }
}

/// The documents that tell of one run: their calls and texts. The first is the run itself.
pub(crate) fn documents(dialect: Dialect) -> Vec<(&'static str, Json)> {
    let run = item(dialect);
    match dialect {
        Dialect::Retab => {
            vec![("workflows/runs/run", run), ("workflows/runs/run/steps", json(include_str!("../fixtures/retab/steps_waiting.json")))]
        }
        Dialect::RetabReviews => vec![
            ("workflows/runs/run", run),
            ("workflows/steps", json(include_str!("../fixtures/retab_reviews/steps.json"))),
            ("workflows/reviews", json(&list(dialect, &[include_str!("../fixtures/retab_reviews/review.json").to_owned()]))),
        ],
        Dialect::TableFlow => vec![("flows/runs/run", run)],
        Dialect::FlowStack => vec![("flows/flow/runs/run", run)],
        Dialect::Prefect => vec![
            ("flow_runs/run", run),
            ("flow_run_states/", json(include_str!("../fixtures/prefect/states.json"))),
            ("task_runs/filter", json(include_str!("../fixtures/prefect/tasks.json"))),
            ("artifacts/filter", json(include_str!("../fixtures/prefect/artifacts.json"))),
            ("logs/filter", json(include_str!("../fixtures/prefect/logs.json"))),
        ],
        Dialect::Airflow => vec![
            ("dags/delivery_check/dagRuns/t-1", run),
            ("dags/delivery_check/dagRuns/t-1/taskInstances", json(include_str!("../fixtures/airflow/tasks.json"))),
            ("dags/delivery_check/dagRuns/t-1/hitlDetails", json(include_str!("../fixtures/airflow/hitl.json"))),
            ("eventLogs", json(include_str!("../fixtures/airflow/events.json"))),
        ],
        Dialect::SuperAi => vec![
            ("flow-executions/run", run),
            ("task-executions", json(include_str!("../fixtures/superai/tasks.json"))),
            ("human-review-tasks/by-execution", json(&format!("[{}]", include_str!("../fixtures/superai/review.json")))),
        ],
    }
}

pub(crate) fn reference() -> RunRef {
    RunRef { id: "run".into(), flow: Some("flow".into()) }
}

pub(crate) fn says(status: u16, body: &str) -> Reply {
    Ok(Response { status, headers: Vec::new(), body: body.as_bytes().to_vec() })
}

/// Answers with prepared texts; everything else is not found.
pub(crate) fn answers(prepared: &[(String, String)]) -> impl FnMut(Request) -> Reply {
    move |request| match prepared.iter().find(|(path, _)| *path == request.path) {
        Some((_, body)) => says(200, body),
        None => says(404, "{}"),
    }
}
