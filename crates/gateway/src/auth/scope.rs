//! What a person may do under `/api`: by role, and by the flows that a call and its answer are about.
//!
//! The adapters' routes say what each call does and where it names its flow. Where that cannot be known, whoever may see some
//! flows only is refused.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderName, HeaderValue, Method, Response, StatusCode, Uri, header};
use axum::middleware::Next;
use axum::response::IntoResponse as _;
use runs::Json;
use runs::adapters::route::{About, Named, Route};
use runs::value::percent;

use super::narrow::{Counts, Keep, narrow};
use super::owners::{Thing, hidden, refused};
use super::person::{Flows, Person, Role};
use crate::app::App;
use crate::problem::Problem;
use crate::relay::MAX_REQUEST;
use crate::upstream::Upstream;

/// Addresses of the gateway's own that everybody may use who is signed in; what they give out they narrow down themselves.
const FOR_ALL: [&str; 9] = [
    "/api/config",
    "/api/sign-out",
    "/api/audit",
    "/api/audit.csv",
    "/api/audit/figures",
    "/api/presence",
    "/api/drafts",
    "/api/ledger",
    "/api/events",
];
const FOR_ALL_BELOW: [&str; 3] = ["/api/c/", "/api/samples/", "/api/ledger/"];

/// Whether a person may use an address of the gateway's own. One that nobody thought of here is for those who see everything.
pub fn own_call(person: &Person, method: &Method, path: &str) -> Result<(), Problem> {
    if FOR_ALL.contains(&path) || FOR_ALL_BELOW.iter().any(|place| path.starts_with(place)) {
        return Ok(());
    }
    let role = if matches!(*method, Method::GET | Method::HEAD) { Role::Viewer } else { Role::Reviewer };
    if person.everywhere(role) {
        return Ok(());
    }
    Err(Problem::new(StatusCode::FORBIDDEN, format!("This takes the role {} in all flows of all connections.", role.word())))
}

/// Before [`crate::relay::relay`], and over its answers.
pub async fn relayed(State(app): State<Arc<App>>, person: Person, request: Request, next: Next) -> Response<Body> {
    let rest = request.uri().path().strip_prefix("/api/c/").unwrap_or_default().to_owned();
    let (id, path) = rest.split_once('/').unwrap_or((&rest, ""));
    let Some(upstream) = app.connection(id).cloned() else { return next.run(request).await };
    if !person.sees(id) {
        return unknown_connection().into_response();
    }
    let Ok(route) = upstream.route(request.method().as_str(), path) else { return next.run(request).await };
    let role = Role::for_act(route.act);
    let flows = person.flows(id, role);
    if flows == Flows::All {
        return next.run(request).await;
    }
    if flows.none() {
        return not_allowed(role).into_response();
    }
    let call = Call { app: &app, upstream: &upstream, route, path, flows: &flows };
    match call.prepare(request).await {
        Ok((request, keep)) => {
            let mut answer = next.run(request).await;
            for name in [header::ETAG, HeaderName::from_static(runs::wire::http::TAG)] {
                answer.headers_mut().remove(name);
            }
            narrow(answer, keep, &flows, upstream.connection.max_response).await.unwrap_or_else(Problem::into_response)
        }
        Err(problem) => {
            tracing::warn!(who = ?person.name(), route = route.path, connection = id, reason = %problem.detail, "refused");
            problem.into_response()
        }
    }
}

/// Before [`crate::files::file`]: a file's address says nothing of a flow, so whoever sees some only names the run that has it.
pub async fn file(State(app): State<Arc<App>>, person: Person, request: Request, next: Next) -> Response<Body> {
    let place = request.uri().path().strip_prefix("/api/c/").and_then(|path| path.split_once("/file/"));
    let Some((upstream, file)) = place.and_then(|(id, file)| Some((Arc::clone(app.connection(id)?), segment(file)))) else {
        return next.run(request).await;
    };
    let flows = person.flows(&upstream.connection.id, Role::Viewer);
    if flows == Flows::All {
        return next.run(request).await;
    }
    let run = one_of(request.uri(), "run").and_then(|run| run.ok_or_else(hidden));
    let fits = async {
        let run = run?;
        let flow = app.owners().flow(&upstream, Thing::Run(run.clone())).await?;
        if flows.have(&flow) && app.owners().has_file(&upstream, &run, &file).await? { Ok(()) } else { Err(hidden()) }
    };
    match fits.await {
        Ok(()) => next.run(request).await,
        Err(problem) => problem.into_response(),
    }
}

pub(super) fn unknown_connection() -> Problem {
    refused(
        StatusCode::NOT_FOUND,
        "This gateway has no such connection. Choose one of those that /api/config lists, or add it to the configuration and restart.",
    )
}

fn not_allowed(role: Role) -> Problem {
    let what = match role {
        Role::Viewer => "see this",
        Role::Reviewer => "decide reviews here",
        Role::Admin => "start, cancel, rerun or delete runs here",
    };
    refused(StatusCode::FORBIDDEN, &format!("You may not {what}: that takes the role {}. Nothing was sent.", role.word()))
}

/// A call of somebody who may make it for some flows only.
struct Call<'a> {
    app: &'a App,
    upstream: &'a Arc<Upstream>,
    route: &'static Route,
    path: &'a str,
    flows: &'a Flows,
}

impl Call<'_> {
    /// The call as it may go on, and what of its answer may be given out.
    async fn prepare(&self, mut request: Request) -> Result<(Request, Keep), Problem> {
        // The answer is read here: packing it is for whoever sends it on. And what a browser kept of it may be of somebody who saw more.
        for name in [header::ACCEPT_ENCODING, header::IF_NONE_MATCH, header::IF_MODIFIED_SINCE, header::RANGE] {
            request.headers_mut().remove(name);
        }
        let member = self.upstream.connection.dialect.relayed().flow_field;
        match self.route.about {
            About::Unknown => Err(refused(
                StatusCode::FORBIDDEN,
                "Nobody can tell which flow this belongs to, and you may see some flows only. Nothing was sent.",
            )),
            About::Flow(named) => {
                let (request, flow) = self.named(request, named).await?;
                self.own(&flow).map(|()| (request, Keep::Whole(member)))
            }
            About::Run(named) => {
                let (request, run) = self.named(request, named).await?;
                self.own_thing(Thing::Run(run)).await.map(|()| (request, Keep::Whole(member)))
            }
            About::Review(named) => {
                let (request, review) = self.named(request, named).await?;
                self.own_thing(Thing::Review(review)).await.map(|()| (request, Keep::Whole(member)))
            }
            About::Flows(items) => Ok((request, Keep::Items(items, "id", Counts::OfAll))),
            About::List(items) => {
                if items.by.is_empty() {
                    return Ok((request, Keep::Items(items, member, Counts::OfAll)));
                }
                let asked = one_of(request.uri(), items.by)?;
                if let Some(flow) = &asked {
                    self.own(flow)?;
                } else if let Flows::Only(flows) = self.flows
                    && let Some(flow) = flows.first().filter(|_| flows.len() == 1)
                {
                    // So the vendor pages and counts what may be seen.
                    let uri = with_parameter(request.uri(), items.by, flow).ok_or_else(hidden)?;
                    *request.uri_mut() = uri;
                }
                let one = asked.is_some() || matches!(self.flows, Flows::Only(flows) if flows.len() == 1);
                let counts = if one { Counts::OfOne } else { Counts::OfAll };
                Ok((request, Keep::Items(items, member, counts)))
            }
        }
    }

    fn own(&self, flow: &str) -> Result<(), Problem> {
        if self.flows.have(flow) { Ok(()) } else { Err(hidden()) }
    }

    async fn own_thing(&self, thing: Thing) -> Result<(), Problem> {
        self.own(&self.app.owners().flow(self.upstream, thing).await?)
    }

    /// What the call names, and the call: of a body only what was read goes on, so that the vendor reads no other name in it.
    async fn named(&self, request: Request, named: Named) -> Result<(Request, String), Problem> {
        match named {
            Named::Segment(place) => {
                let name = self.path.split('/').nth(place).map(segment);
                name.map(|name| (request, name)).ok_or_else(hidden)
            }
            Named::Query(name) => {
                let value = one_of(request.uri(), name)?.ok_or_else(|| {
                    refused(StatusCode::FORBIDDEN, &format!("You may see some flows only, and this call does not say which ({name})."))
                })?;
                Ok((request, value))
            }
            Named::Body(name) => {
                let (mut parts, body) = request.into_parts();
                let most = usize::try_from(MAX_REQUEST).unwrap_or(usize::MAX);
                let body = axum::body::to_bytes(body, most).await.map_err(|_| {
                    refused(StatusCode::BAD_REQUEST, "The request did not arrive whole, or is too large. Nothing was sent.")
                })?;
                let json: Json = serde_json::from_slice(&body)
                    .map_err(|_| refused(StatusCode::BAD_REQUEST, "The request is no JSON. Nothing was sent."))?;
                let value = json.get(name).and_then(Json::as_str).map(str::to_owned).ok_or_else(hidden)?;
                let text = json.to_string();
                parts.headers.insert(header::CONTENT_LENGTH, HeaderValue::from(text.len()));
                Ok((Request::from_parts(parts, Body::from(text)), value))
            }
        }
    }
}

/// The one value of a parameter. One that could be taken for it by another reader of queries is none.
fn one_of(uri: &Uri, name: &str) -> Result<Option<String>, Problem> {
    let mut found = None;
    for pair in uri.query().unwrap_or_default().split(['&', ';']) {
        let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
        let key = percent::decode(key);
        let plain: String = key.chars().filter(|letter| letter.is_alphanumeric() || *letter == '_').collect();
        if key == name && found.is_none() {
            found = Some(percent::decode(value));
        } else if plain.eq_ignore_ascii_case(name) {
            return Err(refused(StatusCode::BAD_REQUEST, &format!("{name} stands in the address more than once. Nothing was sent.")));
        }
    }
    Ok(found)
}

/// A segment of a path, in which a plus sign is one.
fn segment(text: &str) -> String {
    percent::decode(&text.replace('+', "%2B"))
}

fn with_parameter(uri: &Uri, name: &str, value: &str) -> Option<Uri> {
    let query = uri.query().map(|query| format!("{query}&")).unwrap_or_default();
    format!("{}?{query}{name}={}", uri.path(), percent::encode(value)).parse().ok()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn a_parameter_that_comes_twice_in_whatever_dress_is_refused() {
        let one = |query: &str| one_of(&format!("/x?{query}").parse().unwrap(), "flow_id").map_err(|problem| problem.status.as_u16());
        assert_eq!(one("a=b&flow_id=w%5F1"), Ok(Some("w_1".into())));
        assert_eq!(one("a=b"), Ok(None));
        for bad in
            ["flow_id=a&flow_id=b", "flow_id=a&flow%5Fid=b", "flow_id=a&FLOW_ID=b", "flow_id=a&flow_id[]=b", "x=1;flow_id=a&flow_id=b"]
        {
            assert_eq!(one(bad), Err(400), "{bad}");
        }
    }

    #[test]
    fn a_plus_sign_in_a_path_is_no_blank() {
        assert_eq!(segment("a+b%20c%2Bd"), "a+b c+d");
    }

    #[test]
    fn an_address_that_nobody_thought_of_is_for_those_who_see_everything() {
        use super::super::person::Grant;
        let some = Person::new("Ada", vec![Grant { role: Role::Admin, connections: Some(["x".to_owned()].into()), flows: None }]);
        let (viewer, all) = (Person::new("Vera", vec![Grant::everywhere(Role::Viewer)]), Person::local());
        for (person, method, path, fits) in [
            (&some, Method::GET, "/api/config", true),
            (&some, Method::GET, "/api/c/x/workflows", true),
            (&some, Method::GET, "/api/new", false),
            (&viewer, Method::GET, "/api/new", true),
            (&viewer, Method::PUT, "/api/new", false),
            (&all, Method::PUT, "/api/new", true),
        ] {
            assert_eq!(own_call(person, &method, path).is_ok(), fits, "{method} {path}");
        }
    }
}
