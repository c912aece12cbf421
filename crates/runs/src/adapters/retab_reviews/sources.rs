//! Where the values of a review stand in their documents, by the vendor's word: the sources of an extraction
//! (`GET extractions/{id}/sources`, shape as in `retab` 0.0.160). Only what the vendor has computed is read; it is never asked to compute.

use super::answer;
use crate::model::review::Review;
use crate::model::source::{Frame, SourceLocation, WIDTH};
use crate::model::{FactName, FactValue, Step};
use crate::value::decimal::{Decimal, same_value};
use crate::value::diff::join;
use crate::value::json::{Json, Malformed, Map, Number};
use crate::value::percent::encode;
use crate::wire::fields::read;
use crate::wire::http::Request;
use crate::wire::operation::Operation;

/// Extractions that are asked about, and how deep in a review's data their results are looked for.
const MOST: usize = 10;
const DEEPEST: usize = 4;

/// The extractions whose results may be in the data of a review, as [`Review::carry`] keeps them.
pub(super) fn extractions(steps: &[Step]) -> Json {
    let ids = steps.iter().flat_map(|step| &step.facts).filter_map(|fact| match (&fact.name, &fact.value) {
        (FactName::Artifact, FactValue::Data(artifact)) if artifact.get("operation").and_then(Json::as_str) == Some("extraction") => {
            artifact.get("id").filter(|id| id.is_string()).cloned()
        }
        _ => None,
    });
    ids.collect()
}

pub(super) fn get(review: &Review) -> Operation<Vec<SourceLocation>> {
    let ids = review.carry.as_array().into_iter().flatten().filter_map(Json::as_str).filter(|id| crate::adapters::segment(id)).take(MOST);
    let asks: Vec<Request> = ids.map(|id| Request::get(format!("extractions/{}/sources", encode(id)))).collect();
    if asks.is_empty() {
        return Operation::done(Vec::new());
    }
    // What the model made, whatever was corrected since.
    let made = review.versions.first().map_or_else(|| review.data.clone(), |version| version.data.clone());
    let data = review.data.clone();
    Operation::ask(asks.clone(), move |replies| {
        let mut told = Vec::new();
        for (ask, reply) in asks.iter().zip(replies) {
            // Where the vendor has none, the text is searched: no reason to fail.
            let Ok((result, sources)) = answer(reply, &ask.call())
                .and_then(|value| sources(value).map_err(|problem| crate::wire::error::ApiError::malformed(&problem, &ask.call())))
            else {
                continue;
            };
            let mut bases = Vec::new();
            find(&made, &result, String::new(), &mut bases);
            for base in bases {
                leaves(&sources, base, &mut told);
            }
        }
        told.retain(|(one, value): &(SourceLocation, Json)| data.pointer(&one.path).is_some_and(|now| same_value(now, value)));
        Operation::done(told.into_iter().map(|(one, _)| one).collect())
    })
}

/// The result of the extraction, and the same with a source at each leaf.
fn sources(value: Json) -> Result<(Json, Json), Malformed> {
    read(value, "sources", |fields| {
        let mut part = |name: &str| fields.take(name).filter(Json::is_object).unwrap_or_default();
        (part("extraction"), part("sources"))
    })
}

/// Where in the data exactly this result stands.
fn find(data: &Json, result: &Json, path: String, found: &mut Vec<String>) {
    if result.as_object().is_none_or(Map::is_empty) {
        return;
    }
    if same_value(data, result) {
        found.push(path);
    } else if path.matches('/').count() < DEEPEST {
        for (key, value) in data.as_object().into_iter().flatten() {
            find(value, result, join(&path, key), found);
        }
    }
}

fn leaves(sources: &Json, path: String, told: &mut Vec<(SourceLocation, Json)>) {
    match sources {
        Json::Object(map) => match (map.get("value"), map.get("source")) {
            (Some(value), Some(source)) => told.extend(place(source, path).map(|place| (place, value.clone()))),
            _ => map.iter().for_each(|(key, value)| leaves(value, join(&path, key), told)),
        },
        Json::Array(items) => items.iter().enumerate().for_each(|(at, item)| leaves(item, join(&path, &at.to_string()), told)),
        _ => {}
    }
}

/// A frame on a page, or on a picture: of either as it is shown, upright. Cells and spans of text are found as well by searching for
/// the value.
fn place(source: &Json, path: String) -> Option<SourceLocation> {
    let anchor = source.get("anchor")?;
    let told = anchor.get("page").and_then(Json::as_u64).and_then(|page| u32::try_from(page).ok()).filter(|page| *page > 0);
    let page = match anchor.get("kind").and_then(Json::as_str)? {
        "pdf_bbox" => told?,
        // A picture may have pages (a fax), and mostly has none.
        "image_bbox" => told.unwrap_or(1),
        _ => return None,
    };
    // Parts of the page, from 0 to 1.
    let part = |name: &str| {
        let part = anchor.get(name)?.as_number().and_then(|number: &Number| Decimal::read(number.as_str()))?.rounded(5)?;
        (0..=WIDTH).contains(&part).then_some(part)
    };
    let frame = Frame { x: part("left")?, y: part("top")?, width: part("width")?, height: part("height")? };
    let file = source.get("file_id").and_then(Json::as_str)?.to_owned();
    (frame.width > 0 && frame.height > 0).then_some(SourceLocation { path, file, page, frame })
}
