use super::vendors::{BROKEN, INVALID, answers, documents, places, reference, with};
use proptest::prelude::*;
use runs::model::{RunDetail, Step};
use runs::{ApiError, Dialect, Json};

fn read(dialect: Dialect, texts: &[(String, String)]) -> Result<RunDetail, ApiError> {
    dialect.run_adapter().get_run(&reference()).run_with(answers(texts))
}

fn sound(documents: &[(&str, Json)]) -> Vec<(String, String)> {
    documents.iter().map(|(path, document)| ((*path).to_owned(), document.to_string())).collect()
}

/// What of a step is its own, whatever else the run says.
fn own(step: &Step) -> (&str, &str, Option<i64>, Option<i64>, Option<&Json>) {
    (&step.id, &step.node, step.started_at.map(|at| at.0), step.finished_at.map(|at| at.0), step.output.as_ref())
}

proptest! {
    #[test]
    fn one_broken_value_leaves_the_rest_of_a_run(which in 0usize..5, document in 0usize..3, place in 0usize..500, broken in prop::sample::select(BROKEN.to_vec())) {
        let dialect = Dialect::IMITATED[which];
        let documents = documents(dialect);
        let mut texts = sound(&documents);
        let whole = read(dialect, &texts).unwrap();
        let document = document % documents.len();
        let places = places(&documents[document].1);
        let place = &places[place % places.len()];
        texts[document].1 = with(&documents[document].1, place, broken);
        // What names the run, and what an envelope says, is nothing to guess.
        let needed = document == 0 && ["/id", "/flowId", "/flow_id"].contains(&place.as_str());
        let envelope = place.starts_with("/list_metadata");
        let detail = match read(dialect, &texts) {
            Ok(detail) => detail,
            Err(error) => {
                prop_assert!(needed || envelope, "{:?} {} {}: {:?}", dialect, place, broken, error);
                return Ok(());
            }
        };
        let lost: Vec<_> = whole.steps.iter().filter(|step| !detail.steps.iter().any(|other| own(other) == own(step))).collect();
        prop_assert!(lost.len() <= 1 || needed, "{:?} {} {}: {:?}", dialect, place, broken, lost);
        // The raw answers are shown as they came.
        let raw = detail.raw.iter().any(|(_, raw)| raw.to_string().contains(broken));
        prop_assert!(raw || envelope || !BROKEN[..INVALID].contains(&broken), "{:?} {} {}", dialect, place, broken);
    }
}

#[test]
fn a_value_that_is_no_json_is_shown_beside_the_unknown_ones() {
    for (dialect, field) in [
        (Dialect::Retab, "/duration_ms"),
        (Dialect::RetabReviews, "/workflow_version_id"),
        (Dialect::TableFlow, "/duration"),
        (Dialect::FlowStack, "/duration"),
        (Dialect::SuperAi, "/run_number"),
    ] {
        let documents = documents(dialect);
        let mut texts = sound(&documents);
        texts[0].1 = with(&documents[0].1, field, "NaN");
        let detail = read(dialect, &texts).unwrap();
        let kept = detail.other.iter().find(|(name, _)| *name == field[1..]).map(|(_, value)| runs::value::json::flaw(value));
        assert_eq!(kept, Some(Some("NaN")), "{dialect:?}");
    }
}

#[test]
fn a_status_that_is_no_text_is_one_never_seen_before() {
    for (dialect, field) in [
        (Dialect::Retab, "/status"),
        (Dialect::RetabReviews, "/lifecycle/status"),
        (Dialect::TableFlow, "/status"),
        (Dialect::FlowStack, "/status"),
        (Dialect::SuperAi, "/status"),
    ] {
        let documents = documents(dialect);
        let mut texts = sound(&documents);
        texts[0].1 = with(&documents[0].1, field, "NaN");
        let status = read(dialect, &texts).unwrap().run.status;
        assert_eq!((status.kind, status.raw.as_str()), (runs::StatusKind::Unknown, "NaN"), "{dialect:?}");
    }
}

#[test]
fn a_review_of_a_run_that_cannot_be_read_is_kept_beside_the_run() {
    for (dialect, name) in [(Dialect::RetabReviews, "reviews"), (Dialect::SuperAi, "human_review_tasks")] {
        let documents = documents(dialect);
        let mut texts = sound(&documents);
        let place = if dialect == Dialect::SuperAi { "/0" } else { "/data/0" };
        texts[2].1 = with(&documents[2].1, place, "NaN");
        let detail = read(dialect, &texts).unwrap();
        assert!(detail.reviews.is_empty());
        assert!(detail.other.iter().any(|(kept, value)| kept == name && runs::value::json::flaw(value) == Some("NaN")), "{dialect:?}");
    }
}
