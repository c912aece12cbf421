//! Takes what is not of somebody's flows out of a vendor's answer.

use axum::body::{Body, Bytes};
use axum::http::{HeaderValue, Response, StatusCode, header};
use http_body_util::{BodyExt as _, Limited};
use runs::Json;
use runs::adapters::route::Items;

use super::owners::{hidden, refused};
use super::person::Flows;
use crate::problem::{Problem, Relay};
use crate::relay;

/// What of an answer is given out.
#[derive(Clone, Copy, Debug)]
pub enum Keep {
    /// Items whose member of this name is one of the flows; what counts all is left out, unless one flow was asked for.
    Items(Items, &'static str, Counts),
    /// All of it, unless it names another flow in this member.
    Whole(&'static str),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Counts {
    /// The vendor counted what was asked for, which is one flow.
    OfOne,
    OfAll,
}

pub async fn narrow(response: Response<Body>, keep: Keep, flows: &Flows, limit: u64) -> Result<Response<Body>, Problem> {
    if !response.status().is_success() || response.status() == StatusCode::NO_CONTENT {
        return Ok(response);
    }
    let (mut parts, body) = response.into_parts();
    let body = Limited::new(body, usize::try_from(limit).unwrap_or(usize::MAX)).collect().await.map_err(|_| {
        Problem::relay(StatusCode::BAD_GATEWAY, Relay::Unknown, "The vendor's answer broke off, or was larger than this connection allows.")
    })?;
    let body = body.to_bytes();
    let json = runs::value::json::parse_answer(&body).ok();
    let kept = match (keep, json) {
        (Keep::Items(items, member, counts), Some(json)) => Some(only(json, items, member, counts, flows).ok_or_else(hidden)?.to_string()),
        (Keep::Items(..), None) => {
            let detail = "The vendor's list cannot be read, so nobody can tell which of it is of the flows that you may see.";
            return Err(refused(StatusCode::BAD_GATEWAY, detail));
        }
        (Keep::Whole(member), Some(json)) if !belongs(&json, member, flows) => return Err(hidden()),
        (Keep::Whole(_), _) => None,
    };
    let body = kept.map_or(body, Bytes::from);
    // Of the part that is given out: what changes in the rest is nobody's news here.
    if parts.status == StatusCode::OK {
        relay::tag(&mut parts.headers, &body);
    }
    let body = Body::from(body);
    for name in [header::CONTENT_LENGTH, header::ETAG, header::LAST_MODIFIED] {
        parts.headers.remove(name);
    }
    parts.headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(Response::from_parts(parts, body))
}

fn only(mut json: Json, items: Items, member: &str, counts: Counts, flows: &Flows) -> Option<Json> {
    let list = if items.at.is_empty() { &mut json } else { json.get_mut(items.at)? };
    let own = |item: &Json| if items.of.is_empty() { item.get(member).cloned() } else { item.pointer(items.of).cloned() };
    list.as_array_mut()?.retain(|item| own(item).as_ref().and_then(Json::as_str).is_some_and(|flow| flows.have(flow)));
    if counts == Counts::OfAll {
        for pointer in items.counts {
            if let Some((parent, name)) = pointer.rsplit_once('/')
                && let Some(parent) = json.pointer_mut(parent).and_then(Json::as_object_mut)
            {
                parent.shift_remove(name);
            }
        }
    }
    Some(json)
}

/// Whether nothing in it says that it is another flow's.
fn belongs(json: &Json, member: &str, flows: &Flows) -> bool {
    let own = |item: &Json| item.get(member).and_then(Json::as_str).is_none_or(|flow| flows.have(flow));
    match json {
        Json::Array(items) => items.iter().all(own),
        other => own(other),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn flows() -> Flows {
        Flows::Only(["a".to_owned()].into())
    }

    fn json(text: &str) -> Json {
        serde_json::from_str(text).unwrap()
    }

    #[test]
    fn of_a_list_only_what_says_that_it_is_ones_own_stays_and_digits_stay_as_they_are() {
        let list = r#"{"runs":[{"f":"a","n":1.50},{"f":"b"},{"n":2},{"f":null},"x",{"f":"a"}],"page":{"total":9,"next":3}}"#;
        let items = Items::at("runs").counted(&["/page/total"]);
        let kept = |counts| only(json(list), items, "f", counts, &flows()).unwrap().to_string();
        assert_eq!(kept(Counts::OfAll), r#"{"runs":[{"f":"a","n":1.50},{"f":"a"}],"page":{"next":3}}"#);
        assert_eq!(kept(Counts::OfOne), r#"{"runs":[{"f":"a","n":1.50},{"f":"a"}],"page":{"total":9,"next":3}}"#);
        let deep =
            only(json(r#"[{"t":{"f":"b"}},{"t":{"f":"a"},"f":"b"},{"f":"a"}]"#), Items::at("").of("/t/f"), "f", Counts::OfAll, &flows());
        assert_eq!(deep.unwrap().to_string(), r#"[{"t":{"f":"a"},"f":"b"}]"#, "it names its flow further in");
        assert_eq!(only(json("[]"), items, "f", Counts::OfAll, &flows()), None, "not where the list should be");
        let bare = only(json(r#"[{"f":"b"},{"f":"a"}]"#), Items::at(""), "f", Counts::OfAll, &flows()).unwrap();
        assert_eq!(bare.to_string(), r#"[{"f":"a"}]"#);
    }

    #[test]
    fn an_answer_that_names_another_flow_is_none_of_ours() {
        for (text, fits) in [
            (r#"{"f":"a"}"#, true),
            (r#"{"f":"b"}"#, false),
            (r#"{"g":"b"}"#, true),
            (r#"[{"f":"a"},{"g":1}]"#, true),
            (r#"[{"f":"a"},{"f":"b"}]"#, false),
            ("7", true),
        ] {
            assert_eq!(belongs(&json(text), "f", &flows()), fits, "{text}");
        }
    }
}
