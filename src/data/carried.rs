//! Drafts at the gateway, which follow a person from one browser to another.

use crate::net::{self, Scope};
use crate::platform::{page, storage};
use runs::deciding::decision::Kept;
use runs::value::json::{Malformed, Map};
use runs::wire::http::{Method, Request};
use runs::wire::object::ObjectReader;
use runs::{ApiError, Json, Timestamp};

/// Under which this browser keeps what it calls itself.
const WRITER: &str = "browser";

/// Of which review.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    pub connection: String,
    pub run: String,
    pub review: String,
}

/// A draft as the gateway has it.
#[derive(Clone, Debug, PartialEq)]
pub struct Carried {
    pub kept: Kept,
    /// The digest of the content that it was typed on.
    pub pin: String,
    pub saved: Timestamp,
    pub version: u64,
    /// This browser wrote it.
    pub own: bool,
}

/// What the gateway has of a review.
#[derive(Clone, Debug, PartialEq)]
pub enum Found {
    /// It keeps no drafts.
    Off,
    Nothing,
    /// One that cannot be opened or read any more.
    Unreadable(u64),
    Draft(Box<Carried>),
}

/// A draft to be kept: the text, the time of its last edit, and the content that it was typed on.
pub struct Given<'a> {
    pub text: &'a str,
    pub edited: i64,
    pub pin: &'a str,
}

fn at(request: Request, place: &Place) -> Request {
    request.with("connection", place.connection.as_str()).with("run", place.run.as_str()).with("review", place.review.as_str())
}

pub async fn read(place: &Place, scope: &Scope) -> Result<Found, ApiError> {
    let request = at(Request::get("drafts"), place);
    let json = net::own(&request, Some(scope)).await?;
    decode(json).map_err(|problem| ApiError::malformed(&problem, &request.call()))
}

fn decode(json: Json) -> Result<Found, Malformed> {
    let mut fields = ObjectReader::of(json, "answer")?;
    if fields.flag("kept")? != Some(true) {
        return Ok(Found::Off);
    }
    let Some(draft) = fields.take("draft").filter(|draft| !draft.is_null()) else { return Ok(Found::Nothing) };
    let mut fields = ObjectReader::of(draft, "draft")?;
    let version = fields.count("version")?.unwrap_or_default();
    let Some(kept) = fields.text("text")?.as_deref().and_then(Kept::read) else { return Ok(Found::Unreadable(version)) };
    let saved = fields.count("saved")?.and_then(|saved| i64::try_from(saved).ok()).unwrap_or_default();
    let own = fields.required("writer")? == writer();
    // What is on its way is the business of the browser that sent it.
    let kept = Kept { pending: None, ..kept };
    Ok(Found::Draft(Box::new(Carried { kept, pin: fields.required("pin")?, saved: Timestamp(saved), version, own })))
}

/// The version under which the gateway has it now. A conflict: another browser wrote one that is not `before`.
pub async fn keep(place: &Place, given: &Given<'_>, before: Option<u64>) -> Result<Option<u64>, ApiError> {
    let answer = net::own(&keeping(place, given, before), None).await?;
    Ok(answer.get("version").and_then(Json::as_u64))
}

/// Gives it to the gateway although the page may be gone before that answers.
pub fn keep_parting(place: &Place, given: &Given<'_>, before: Option<u64>) {
    net::parting(&keeping(place, given, before));
}

fn keeping(place: &Place, given: &Given<'_>, before: Option<u64>) -> Request {
    let mut json = Map::from_iter([
        ("connection".to_owned(), Json::from(place.connection.as_str())),
        ("run".to_owned(), place.run.as_str().into()),
        ("review".to_owned(), place.review.as_str().into()),
        ("pin".to_owned(), given.pin.into()),
        ("edited".to_owned(), given.edited.into()),
        ("writer".to_owned(), writer().into()),
        ("text".to_owned(), given.text.into()),
    ]);
    json.extend(before.map(|before| ("before".to_owned(), before.into())));
    Request::write(Method::Put, "drafts").json(&Json::Object(json))
}

/// Deletes it as it is known here; `false`: another browser wrote a newer one, or there is none.
pub async fn forget(place: &Place, version: Option<u64>) -> Result<bool, ApiError> {
    let request = at(Request::write(Method::Delete, "drafts"), place).with("writer", writer());
    let request = match version {
        Some(version) => request.with("version", version.to_string()),
        None => request,
    };
    Ok(net::own(&request, None).await?.get("gone").and_then(Json::as_bool).unwrap_or(false))
}

/// What this browser calls itself. Where it keeps nothing, each page is another browser.
fn writer() -> String {
    storage::get(WRITER).unwrap_or_else(|| {
        let made = page::random_key();
        if storage::set(WRITER, &made) { made } else { crate::platform::tabs::own() }
    })
}
