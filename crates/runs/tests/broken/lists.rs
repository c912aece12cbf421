use super::vendors::{BROKEN, INVALID, answers, flows, item, list, places, says, with};
use proptest::prelude::*;
use runs::adapters::FlowQuery;
use runs::adapters::query::RunQuery;
use runs::model::{Page, Place, Run};
use runs::{Dialect, Json, StatusKind};

const ITEMS: usize = 5;

/// Runs of their own ids.
fn items(dialect: Dialect) -> Vec<Json> {
    (0..ITEMS)
        .map(|at| {
            let mut item = item(dialect);
            item["id"] = format!("run_{at}").into();
            item
        })
        .collect()
}

fn read(dialect: Dialect, body: &str) -> Result<Page<Run>, runs::ApiError> {
    let query = RunQuery { flow: Some("flow".into()), limit: 50, plain: true, ..RunQuery::default() };
    dialect.adapter().list_runs(&query).run_with(|request| match request.path.ends_with("stats") {
        true => says(404, "{}"),
        false => says(200, body),
    })
}

fn texts(items: &[Json]) -> Vec<String> {
    items.iter().map(Json::to_string).collect()
}

proptest! {
    #[test]
    fn one_broken_value_costs_its_row_at_most(which in 0usize..5, at in 0usize..ITEMS, place in 0usize..500, broken in prop::sample::select(BROKEN.to_vec())) {
        let dialect = Dialect::IMITATED[which];
        let items = items(dialect);
        let sound = read(dialect, &list(dialect, &texts(&items))).unwrap();
        let places = places(&items[at]);
        // The item as a whole, or one value of it.
        let place = place.checked_sub(1).map_or("", |place| &places[place % places.len()]);
        let mut broken_texts = texts(&items);
        broken_texts[at] = with(&items[at], place, broken);
        let page = read(dialect, &list(dialect, &broken_texts)).unwrap();
        prop_assert_eq!(page.items.len(), ITEMS);
        for (other, run) in page.items.iter().enumerate() {
            if other == at {
                // What it was is told, or it stands for itself.
                let raw = run.error.as_ref().and_then(|error| error.details.as_deref()).unwrap_or_default();
                prop_assert!(!run.unread || !raw.is_empty());
            } else {
                prop_assert_eq!(run, &sound.items[other], "{:?} {}", dialect, place);
            }
        }
    }
}

#[test]
fn one_nan_in_a_run_costs_that_value_and_not_its_row() {
    for (dialect, field) in [
        (Dialect::Retab, "/duration_ms"),
        (Dialect::RetabReviews, "/timing/started_at"),
        (Dialect::TableFlow, "/duration"),
        (Dialect::FlowStack, "/duration"),
        (Dialect::SuperAi, "/run_number"),
    ] {
        for broken in &BROKEN[..INVALID] {
            let items = items(dialect);
            let sound = read(dialect, &list(dialect, &texts(&items))).unwrap();
            let mut broken_texts = texts(&items);
            broken_texts[2] = with(&items[2], field, broken);
            let page = read(dialect, &list(dialect, &broken_texts)).unwrap();
            let ids = |page: &Page<Run>| page.items.iter().map(|run| run.id.clone()).collect::<Vec<_>>();
            assert_eq!(ids(&page), ids(&sound), "{dialect:?}");
            assert!(page.items.iter().all(|run| !run.unread));
            assert_eq!(page.items[2].status, sound.items[2].status);
        }
    }
}

#[test]
fn an_item_of_an_unexpected_shape_is_a_row_with_its_text() {
    for dialect in Dialect::IMITATED {
        for (broken, named) in [("7", false), ("NaN", false), (r#"{"id": 3}"#, false), (r#"["run"]"#, false), (r#""text""#, false)] {
            let mut texts = texts(&items(dialect));
            texts[1] = broken.into();
            let page = read(dialect, &list(dialect, &texts)).unwrap();
            let row = &page.items[1];
            assert!(row.unread && row.named() == named, "{dialect:?} {broken}");
            assert_eq!(row.status.kind, StatusKind::Unknown);
            let sent = row.error.as_ref().and_then(|error| error.details.clone()).unwrap();
            assert_eq!(sent, broken.replace(": ", ":"));
            assert_eq!(page.items.iter().filter(|run| run.unread).count(), 1);
        }
    }
}

#[test]
fn an_envelope_that_cannot_be_read_is_an_error() {
    for dialect in Dialect::IMITATED {
        for body in ["NaN", "7", r#"{"data": NaN}"#, r#"{"data": 7, "flow_runs": {}}"#, "<html></html>", "[", r#"{"data": [1, 2"#] {
            let error = read(dialect, body).unwrap_err();
            assert_eq!(error.kind, runs::ErrorKind::Malformed, "{dialect:?} {body}");
        }
    }
    let error = read(Dialect::TableFlow, r#"{"flow_runs": [], "pagination": {"total": 5, "next_offset": NaN}}"#).unwrap_err();
    assert!(error.detail.contains("next_offset"), "whether the list goes on is nothing to guess: {error:?}");
}

#[test]
fn a_list_goes_on_behind_a_run_without_an_id() {
    let body = r#"{"data": [{"id": "run_1"}, NaN], "list_metadata": {"before": null, "after": "more"}}"#;
    let page = read(Dialect::Retab, body).unwrap();
    assert_eq!(page.older, Some(Place::After("run_1".into())));
}

#[test]
fn a_flow_that_cannot_be_read_is_told_and_the_others_stay() {
    for dialect in Dialect::IMITATED {
        let flow = |id: &str| format!(r#"{{"id": "{id}", "name": "{id}"}}"#);
        for broken in ["NaN", "7", r#"{"name": "without an id"}"#, r#"{"id": Infinity}"#] {
            let body = flows(dialect, &[flow("one"), broken.into(), flow("two")]);
            let page = dialect.adapter().list_flows(&FlowQuery::default()).run_with(|_| says(200, &body)).unwrap();
            assert_eq!(page.items.iter().map(|flow| flow.id.as_str()).collect::<Vec<_>>(), ["one", "two"]);
            assert_eq!(page.unread, [broken.replace(": ", ":")], "{dialect:?}");
        }
        let named = flows(dialect, &[r#"{"id": "one", "description": NaN, "active": "yes"}"#.into()]);
        let page = dialect.adapter().list_flows(&FlowQuery::default()).run_with(|_| says(200, &named)).unwrap();
        assert_eq!(page.items.len(), 1, "{dialect:?}");
    }
}

#[test]
fn a_waiting_run_that_cannot_be_read_leaves_the_queue_to_the_others() {
    for dialect in [Dialect::Retab, Dialect::RetabReviews, Dialect::TableFlow, Dialect::SuperAi] {
        let mut texts = texts(&items(dialect));
        texts[0] = "NaN".into();
        let body = list(dialect, &texts);
        let path = if dialect == Dialect::TableFlow {
            "flows/runs"
        } else if dialect == Dialect::SuperAi {
            "flow-executions"
        } else {
            "workflows/runs"
        };
        let prepared = [(path.to_owned(), body)];
        let page = dialect.adapter().list_waiting(Some("flow"), &Place::First).run_with(answers(&prepared)).unwrap();
        assert_eq!((page.items.len(), page.unread.as_slice()), (ITEMS - 1, &["NaN".to_owned()][..]), "{dialect:?}");
    }
}

#[test]
fn a_number_counts_past_a_run_that_could_not_be_read() {
    let mut texts: Vec<String> = items(Dialect::TableFlow)
        .into_iter()
        .map(|mut item| {
            item["flow_id"] = "flow".into();
            item.to_string()
        })
        .collect();
    texts[1] = "NaN".into();
    let query = RunQuery { flow: Some("flow".into()), limit: 50, ..RunQuery::default() };
    let page = Dialect::TableFlow.adapter().list_runs(&query).run_with(|_| says(200, &list(Dialect::TableFlow, &texts))).unwrap();
    assert_eq!(page.first_number, runs::model::Numbering::From(5));
}
