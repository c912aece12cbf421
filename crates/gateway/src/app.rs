//! The router: pages and files of the app, and `/api`.

mod around;
mod told;

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::{Path, Request, State};
use axum::http::uri::PathAndQuery;
use axum::http::{Extensions, HeaderMap, HeaderValue, Response, StatusCode, Uri, Version, header};
use axum::middleware;
use axum::response::IntoResponse;
use axum::routing::{any, get, post};
use tower::ServiceExt as _;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{Predicate as _, SizeAbove};

use crate::ahead::{self, FirstFlows};
use crate::assets::Assets;
use crate::audit;
use crate::auth::{self, Auth, Owners, Person, Role, SignIn};
use crate::drafts::{self, drafts};
use crate::encoding;
use crate::events::{self, Hub};
use crate::files;
use crate::guard::{self, Names};
use crate::intake::{self, Intake};
use crate::ledger;
use crate::presence::{Presence, presence};
use crate::problem::Problem;
use crate::relay;
use crate::replicas::Replicas;
use crate::samples;
use crate::store::Store;
use crate::turns;
use crate::upstream::Upstream;
use around::protect;
use told::{config, config_json};

/// What the answers need.
#[derive(Debug)]
pub struct App {
    connections: Vec<Arc<Upstream>>,
    names: Names,
    page_policy: HeaderValue,
    config: serde_json::Value,
    first_flows: FirstFlows,
    assets: Assets,
    store: Store,
    replicas: Arc<Replicas>,
    presence: Arc<Presence>,
    drafts: drafts::Settings,
    caching: HeaderValue,
    auth: Arc<Auth>,
    owners: Arc<Owners>,
    shared_device: bool,
    intake: Intake,
    /// Who watches what; none: nothing is pushed.
    hub: Option<Hub>,
    base: String,
}

/// Everything that a gateway is made of.
#[derive(Debug)]
pub struct Parts {
    pub connections: Vec<Upstream>,
    pub names: Names,
    /// Sources for `frame-ancestors`; none: no page may frame the app.
    pub frame_ancestors: Vec<String>,
    pub assets: Assets,
    pub store: Store,
    /// Browsers keep no drafts.
    pub shared_device: bool,
    /// Runs are numbered in the background.
    pub ledger: bool,
    /// Drafts that follow people from browser to browser.
    pub drafts: drafts::Settings,
    pub sign_in: SignIn,
    /// What callers may add to the audit log.
    pub audit_mb_per_day: u32,
    /// The path that a proxy serves the app under: `/sluice`, or empty.
    pub base_path: String,
    /// Browsers are told what changes.
    pub events: bool,
}

impl App {
    /// `Err` names the frame ancestor that does not fit into a header.
    pub fn new(parts: Parts) -> Result<Self, String> {
        let ancestors = if parts.frame_ancestors.is_empty() { "'none'".to_owned() } else { parts.frame_ancestors.join(" ") };
        let policy = format!("{PAGE_POLICY} {ancestors}");
        let page_policy = HeaderValue::try_from(policy).map_err(|_| format!("frame_ancestors cannot be sent as a header: {ancestors}"))?;
        let mut config = config_json(&parts.connections);
        if parts.shared_device {
            config["shared_device"] = true.into();
        }
        if parts.ledger {
            config["ledger"] = true.into();
        }
        let connections: Vec<_> = parts.connections.into_iter().map(Arc::new).collect();
        let kept = connections.iter().map(|upstream| (upstream.connection.id.clone(), Arc::clone(&upstream.kept)));
        Ok(Self {
            replicas: Arc::new(Replicas::join(&parts.store, kept.collect())),
            connections,
            names: parts.names,
            page_policy,
            config,
            first_flows: FirstFlows::default(),
            assets: parts.assets.under(&parts.base_path),
            presence: Arc::new(Presence::of(&parts.store)),
            drafts: parts.drafts,
            caching: HeaderValue::from_static(if parts.shared_device { "no-store" } else { "private, no-cache" }),
            auth: Arc::new(Auth::new(SignIn { base: parts.base_path.clone(), ..parts.sign_in })),
            owners: Arc::default(),
            shared_device: parts.shared_device,
            intake: Intake::new(parts.audit_mb_per_day),
            hub: parts.events.then(Hub::default),
            base: parts.base_path,
            store: parts.store,
        })
    }

    pub fn connection(&self, id: &str) -> Option<&Arc<Upstream>> {
        self.connections.iter().find(|upstream| upstream.connection.id == id)
    }

    pub fn connections(&self) -> &[Arc<Upstream>] {
        &self.connections
    }

    pub fn connection_ids(&self) -> impl Iterator<Item = &str> {
        self.connections.iter().map(|upstream| upstream.connection.id.as_str())
    }

    pub fn store(&self) -> &Store {
        &self.store
    }

    /// The other gateways on the same store.
    pub const fn replicas(&self) -> &Arc<Replicas> {
        &self.replicas
    }

    pub fn presence(&self) -> &Presence {
        &self.presence
    }

    pub const fn drafts(&self) -> &drafts::Settings {
        &self.drafts
    }

    /// Takes over what outlives a configuration that is read again.
    pub fn succeed(&mut self, before: &Self) {
        for upstream in &mut self.connections {
            let known = before.connection(&upstream.connection.id);
            if let (Some(upstream), Some(known)) = (Arc::get_mut(upstream), known) {
                upstream.succeed(known);
            }
        }
        self.presence = Arc::clone(&before.presence);
        before.auth.reload(SignIn::clone(&self.auth.settings()));
        self.auth = Arc::clone(&before.auth);
        self.owners = Arc::clone(&before.owners);
        // Whoever watches comes again, and meets this.
        if let Some(hub) = &before.hub {
            hub.close();
        }
    }

    pub const fn hub(&self) -> Option<&Hub> {
        self.hub.as_ref()
    }

    pub fn intake(&self) -> &Intake {
        &self.intake
    }

    /// What a browser may do with an answer that it will ask for again: nothing where several people use it.
    pub fn caching(&self) -> &HeaderValue {
        &self.caching
    }

    /// Who is signed in, and who may.
    pub fn auth(&self) -> &Auth {
        &self.auth
    }

    /// Of which flow runs and reviews are.
    pub fn owners(&self) -> &Owners {
        &self.owners
    }

    pub fn names(&self) -> &Names {
        &self.names
    }

    /// Several people use the same browsers.
    pub const fn shared_device(&self) -> bool {
        self.shared_device
    }

    /// Reads ahead what first visits need.
    pub fn prepare(&self) {
        self.first_flows.refresh(&self.connections);
    }

    fn has_sandbox(&self) -> bool {
        self.connections.iter().any(|upstream| upstream.connection.sandbox)
    }
}

const PAGE_POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data: blob:; \
    font-src 'self'; connect-src 'self'; worker-src 'self'; frame-src 'self' blob:; base-uri 'self'; form-action 'self'; \
    require-trusted-types-for 'script'; trusted-types sluice; frame-ancestors";

/// The whole service.
pub fn router(app: Arc<App>) -> Router {
    let routes = Router::new()
        .route("/api/config", get(config))
        .route("/api/samples/{name}", get(sample))
        .route("/api/audit", audit::log().layer(middleware::from_fn_with_state(Arc::clone(&app), intake::bounded)))
        .route(
            "/api/c/{connection}/file/{file}",
            get(files::file).layer(middleware::from_fn_with_state(Arc::clone(&app), auth::scope::file)),
        )
        .route("/api/sign-out", post(auth::api::sign_out))
        .route("/api/audit.csv", get(audit::export))
        .route("/api/audit/figures", get(audit::figures))
        .route("/api/presence", presence())
        .route("/api/drafts", drafts())
        .route("/api/ledger", get(ledger::progress))
        .route("/api/ledger/{connection}/numbers", get(ledger::numbers))
        .route("/api/ledger/{connection}/runs/{flow}/{number}", get(ledger::number))
        .merge(events::routes(&app))
        .merge(relayed(&app))
        .merge(auth::pages())
        .method_not_allowed_fallback(wrong_method)
        // The app's files, which come after it, lie there compressed.
        .layer(CompressionLayer::new().compress_when(SizeAbove::new(encoding::SMALLEST).and(is_compressed_here)))
        .fallback(page)
        .with_state(Arc::clone(&app));
    let base = app.base.clone();
    let whole = protect(routes, app);
    if base.is_empty() {
        return whole;
    }
    // Some proxies pass the path on, some take it away.
    Router::new().fallback(move |request: Request| whole.clone().oneshot(within(&base, request)))
}

/// The vendors' own calls, and before them what each person may do: also for whoever asks on behalf of those who watch.
pub fn relayed(app: &Arc<App>) -> Router<Arc<App>> {
    Router::new().route(
        "/api/c/{connection}/{*path}",
        any(relay::relay)
            .layer(middleware::from_fn_with_state(Arc::clone(app), turns::in_turn))
            .layer(middleware::from_fn_with_state(Arc::clone(app), auth::scope::relayed)),
    )
}

/// The request as if the app were at the root.
fn within(base: &str, mut request: Request) -> Request {
    let asked = request.uri().path_and_query().map_or("/", PathAndQuery::as_str);
    let rest = asked.strip_prefix(base).filter(|rest| rest.is_empty() || rest.starts_with(['/', '?']));
    let rest = rest.map(|rest| if rest.starts_with('/') { rest.to_owned() } else { format!("/{rest}") });
    if let Some(Ok(path)) = rest.map(PathAndQuery::try_from) {
        let mut parts = request.uri().clone().into_parts();
        parts.path_and_query = Some(path);
        if let Ok(uri) = Uri::from_parts(parts) {
            *request.uri_mut() = uri;
        }
    }
    request
}

/// Answers that nothing has compressed yet and that become smaller; a file goes as its vendor keeps it.
fn is_compressed_here(_: StatusCode, _: Version, headers: &HeaderMap, _: &Extensions) -> bool {
    let file = headers.get(header::CONTENT_DISPOSITION).is_some_and(|how| how.as_bytes().starts_with(b"attachment"));
    !file && !headers.contains_key(header::ETAG) && headers.get(header::CONTENT_TYPE).is_some_and(encoding::is_text)
}

async fn sample(State(app): State<Arc<App>>, Path(name): Path<String>) -> Response<Body> {
    match samples::find(&name).filter(|_| app.has_sandbox()) {
        Some(sample) => sample,
        None => {
            Problem::new(StatusCode::NOT_FOUND, "There is no such sample file. /api/config names those of the sandbox.").into_response()
        }
    }
}

async fn wrong_method() -> Problem {
    Problem::new(StatusCode::METHOD_NOT_ALLOWED, "This address is only read.").allowing("GET, HEAD")
}

async fn page(State(app): State<Arc<App>>, request: Request) -> Response<Body> {
    if guard::is_api(request.uri().path()) {
        return Problem::new(StatusCode::NOT_FOUND, "The gateway has no such address under /api.").into_response();
    }
    // It names a flow, so it is for those who see them all.
    let sees = request.extensions().get::<Person>().is_some_and(|person| person.everywhere(Role::Viewer));
    let link = if sees { ahead::link(app.connections.iter().map(AsRef::as_ref), &app.first_flows, &app.base, request.uri()) } else { None };
    let mut response = app.assets.answer(request).await;
    let shown = response.status().is_success() || response.status() == StatusCode::NOT_MODIFIED;
    if let (Some(link), true) = (link, shown) {
        response.headers_mut().insert(header::LINK, link);
    }
    response
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]

    use super::*;

    #[tokio::test]
    async fn a_panic_costs_one_answer_only() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("index.html"), "x").unwrap();
        let app = App::new(Parts {
            connections: Vec::new(),
            names: Names::new("127.0.0.1:8600".parse().unwrap(), &[]),
            frame_ancestors: Vec::new(),
            assets: Assets::open(dir.path()).unwrap(),
            store: Store::open(&crate::store::Location::Memory).await.unwrap(),
            shared_device: false,
            ledger: false,
            drafts: drafts::Settings::default(),
            sign_in: SignIn::default(),
            audit_mb_per_day: crate::config::DEFAULT_AUDIT_MB,
            base_path: String::new(),
            events: true,
        });
        async fn boom() -> Problem {
            panic!("in a test")
        }
        let router = protect(Router::new().route("/boom", get(boom)).route("/fine", get(wrong_method)), Arc::new(app.unwrap()));
        for (path, expected) in [("/boom", 500), ("/fine", 405), ("/boom", 500)] {
            let request = Request::get(path).header("host", "localhost:8600").body(Body::empty()).unwrap();
            let response = router.clone().oneshot(request).await.unwrap();
            assert_eq!(response.status().as_u16(), expected);
            assert_eq!(response.headers()[header::CONTENT_TYPE], "application/problem+json");
            assert_eq!(response.headers()[header::X_CONTENT_TYPE_OPTIONS], "nosniff");
        }
    }
}
