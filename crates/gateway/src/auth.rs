//! Who may use the gateway: whoever sits at this machine, holders of tokens, whom a proxy names, or whom an identity provider knows.
//!
//! [`Auth::admit`] stands before every handler and puts a [`Person`] on each request under `/api`; what a person may do is asked of it.

pub mod api;
mod cookie;
mod narrow;
pub mod oidc;
mod owners;
mod pages;
mod person;
mod proxy;
pub mod scope;
pub mod session;
pub mod token;
mod tries;
mod words;

use std::net::IpAddr;
use std::sync::{Arc, PoisonError, RwLock};

use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, Response, StatusCode, header};
use axum::response::IntoResponse as _;
use ipnet::IpNet;
use runs::value::percent::encode;

pub use owners::{Owners, Thing};
pub use pages::pages;
pub use person::{Flows, Grant, Person, Role};
pub use proxy::ProxyHeaders;

use crate::guard::{self, Names};
use crate::problem::{Problem, Relay};
use crate::server::Caller;
use cookie::{Cookie, Jar};
use session::{Lifetime, Sessions};
use token::Hash;
use tries::Tries;

/// On the gateway's own refusal of a caller who is not signed in: where to do that. No vendor's 401 has it.
pub const SIGN_IN_HEADER: HeaderName = HeaderName::from_static(runs::wire::http::SIGN_IN);
/// The page where people sign in.
pub const SIGN_IN: &str = "/sign-in";

/// Where the way to the identity provider begins.
const START: &str = "/sign-in/start";

/// Who is let in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mode {
    /// Whoever can reach it, which is this machine alone.
    #[default]
    Loopback,
    /// Who has a token.
    Tokens,
    /// Whom a proxy names.
    Proxy,
    /// Whom an identity provider knows.
    Oidc,
}

impl Mode {
    pub const ALL: [Self; 4] = [Self::Loopback, Self::Tokens, Self::Proxy, Self::Oidc];

    /// The word in configurations.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Loopback => "loopback",
            Self::Tokens => "tokens",
            Self::Proxy => "proxy",
            Self::Oidc => "oidc",
        }
    }

    pub fn of_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|mode| mode.word() == word)
    }
}

/// A token as the configuration keeps it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    pub name: String,
    pub hash: Hash,
    pub grants: Vec<Grant>,
}

/// The group that everybody is in who is let in at all.
pub const EVERYBODY: &str = "*";

/// What the members of a group may do; a group may have several.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupRole {
    pub group: String,
    pub grant: Grant,
}

/// The `[sign_in]` table.
#[derive(Clone, Debug, Default)]
pub struct SignIn {
    pub mode: Mode,
    pub lifetime: Lifetime,
    pub tokens: Vec<Token>,
    pub groups: Vec<GroupRole>,
    /// Whose word on other callers is taken: who somebody is, and where they call from.
    pub proxies: Vec<IpNet>,
    pub headers: ProxyHeaders,
    /// Where a proxy ends its own sign-in.
    pub sign_out: Option<String>,
    /// The path that a proxy serves Sluice under: `/sluice`, or empty.
    pub base: String,
    /// Whom people sign in with, in mode `oidc`.
    pub provider: Option<Arc<oidc::Provider>>,
}

impl SignIn {
    fn grants_of(&self, groups: &[String]) -> Vec<Grant> {
        self.groups.iter().filter(|role| role.group == EVERYBODY || groups.contains(&role.group)).map(|role| role.grant.clone()).collect()
    }

    /// The sign-in page, as a browser asks for it.
    fn page(&self) -> String {
        format!("{}{SIGN_IN}", self.base)
    }

    /// Whether people sign in on a page of ours.
    const fn has_page(&self) -> bool {
        matches!(self.mode, Mode::Tokens | Mode::Oidc)
    }

    fn token(&self, given: &str) -> Option<&Token> {
        self.tokens.iter().find(|token| token.hash.fits(given))
    }

    fn trusts(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.proxies.iter().any(|network| network.contains(&address))
    }
}

/// Signing in, and who is signed in.
#[derive(Debug)]
pub struct Auth {
    settings: RwLock<Arc<SignIn>>,
    /// By the token that somebody signed in with: with the token the session ends.
    sessions: Sessions<Hash>,
    accounts: oidc::Accounts,
    tries: Tries,
}

/// What a request says of who sends it.
enum Claim {
    Person(Person),
    /// The secret of a session with an account at the provider, who may have to be asked.
    Account(String),
    Nobody,
}

impl Auth {
    pub fn new(settings: SignIn) -> Self {
        Self {
            settings: RwLock::new(Arc::new(settings)),
            sessions: Sessions::default(),
            accounts: oidc::Accounts::default(),
            tries: Tries::default(),
        }
    }

    /// Goes by another configuration from now on; who is still in it stays signed in.
    pub fn reload(&self, settings: SignIn) {
        *self.settings.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(settings);
    }

    pub fn settings(&self) -> Arc<SignIn> {
        Arc::clone(&self.settings.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Puts the person on the request, or answers in place of the handler.
    pub async fn admit(&self, request: &mut Request, names: &Names) -> Result<(), Response<Body>> {
        let settings = self.settings();
        let path = request.uri().path().to_owned();
        let api = guard::is_api(&path);
        let found = match self.claim(&settings, request, names) {
            Ok(Claim::Person(person)) => Ok(Some(person)),
            // The app's files are for everybody: nobody waits for the provider with them.
            Ok(Claim::Account(secret)) if api || under(&path, SIGN_IN) || opens_page(request) => {
                Ok(self.accounts.person(&settings, &secret).await)
            }
            Ok(Claim::Account(_) | Claim::Nobody) => Ok(None),
            Err(problem) => Err(problem),
        };
        match found {
            Ok(Some(person)) => {
                if api {
                    scope::own_call(&person, request.method(), &path).map_err(|problem| refusal(&path, problem))?;
                }
                request.extensions_mut().insert(person);
                Ok(())
            }
            Ok(None) if api => Err(not_signed_in(&path, &settings)),
            Ok(None) if settings.has_page() && opens_page(request) => Err(to_sign_in(request, &settings)),
            Ok(None) => Ok(()),
            Err(problem) if api => Err(refusal(&path, problem)),
            // The app's files hold nothing of anybody's.
            Err(_) => Ok(()),
        }
    }

    fn claim(&self, settings: &SignIn, request: &Request, names: &Names) -> Result<Claim, Problem> {
        let headers = request.headers();
        match settings.mode {
            Mode::Loopback => Ok(Claim::Person(Person::local())),
            Mode::Proxy => proxy::person(settings, request).map(Claim::Person),
            Mode::Tokens | Mode::Oidc => match bearer(headers)? {
                Some(token) => self.by_token(settings, &token, caller(settings, request)).map(Claim::Person),
                None if settings.mode == Mode::Oidc => {
                    Ok(jar(headers, names).read(headers, Cookie::Session).map_or(Claim::Nobody, Claim::Account))
                }
                None => Ok(self.by_session(settings, &jar(headers, names), headers).map_or(Claim::Nobody, Claim::Person)),
            },
        }
    }

    fn by_session(&self, settings: &SignIn, jar: &Jar, headers: &HeaderMap) -> Option<Person> {
        let hash = self.sessions.find(&jar.read(headers, Cookie::Session)?, settings.lifetime)?;
        settings.tokens.iter().find(|token| token.hash == hash).map(person_of)
    }

    fn by_token(&self, settings: &SignIn, given: &str, caller: tries::Caller) -> Result<Person, Problem> {
        if let Some(token) = settings.token(given) {
            return Ok(person_of(token));
        }
        if self.tries.blocked(caller).is_some() {
            return Err(Problem::new(StatusCode::TOO_MANY_REQUESTS, "Too many unknown tokens came from this address. Wait a minute."));
        }
        self.tries.wrong(caller);
        tracing::warn!(?caller, "an unknown token was sent");
        Err(Problem::new(StatusCode::UNAUTHORIZED, "This gateway does not know the token in Authorization."))
    }
}

fn person_of(token: &Token) -> Person {
    Person::new(&token.name, token.grants.clone())
}

fn jar(headers: &HeaderMap, names: &Names) -> Jar {
    Jar::of(headers, headers.get(header::HOST).is_some_and(|host| names.is_public(host)))
}

/// The token that a script sends with its request. What another scheme holds is for a proxy before us.
fn bearer(headers: &HeaderMap) -> Result<Option<String>, Problem> {
    let mut found = headers.get_all(header::AUTHORIZATION).iter();
    let (Some(value), None) = (found.next(), found.next()) else {
        let several = headers.contains_key(header::AUTHORIZATION);
        return if several { Err(Problem::new(StatusCode::BAD_REQUEST, "Authorization came twice.")) } else { Ok(None) };
    };
    let token = value.to_str().ok().and_then(|text| text.split_once(' ')).filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"));
    Ok(token.map(|(_, token)| token.trim().to_owned()))
}

/// Where the caller is; what a configured proxy says of it is believed.
fn caller(settings: &SignIn, request: &Request) -> tries::Caller {
    let peer = request.extensions().get::<Caller>().map(|caller| caller.0.ip());
    if !peer.is_none_or(|peer| settings.trusts(peer)) {
        return peer;
    }
    // The last one that no proxy of ours stands behind.
    let told = request.headers().get_all("x-forwarded-for").iter().filter_map(|line| line.to_str().ok());
    let told: Vec<IpAddr> = told.flat_map(|line| line.split(',')).filter_map(|address| address.trim().parse().ok()).collect();
    told.into_iter().rev().find(|address| !settings.trusts(*address)).or(peer)
}

/// Whether a person opens a page, and not from another site: from there the browser keeps the session's cookie back.
fn opens_page(request: &Request) -> bool {
    let said = |name: &str, words: &[&str]| {
        request.headers().get(name).and_then(|value| value.to_str().ok()).is_some_and(|value| words.contains(&value))
    };
    *request.method() == Method::GET
        && said("sec-fetch-dest", &["document"])
        && said("sec-fetch-site", &["none", "same-origin"])
        && !under(request.uri().path(), SIGN_IN)
}

fn under(path: &str, place: &str) -> bool {
    path.strip_prefix(place).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

fn to_sign_in(request: &Request, settings: &SignIn) -> Response<Body> {
    let here = request.uri().path_and_query().map_or("/", |here| here.as_str());
    // With a provider there is nothing to fill in on a page of ours.
    let (base, place) = (&settings.base, if settings.mode == Mode::Oidc { START } else { SIGN_IN });
    see_other(&format!("{base}{place}?next={}", encode(&format!("{base}{here}"))))
}

fn see_other(place: &str) -> Response<Body> {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::SEE_OTHER;
    if let Ok(place) = HeaderValue::try_from(place) {
        response.headers_mut().insert(header::LOCATION, place);
    }
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// Whose session ended, or never was.
fn signed_out() -> Problem {
    Problem::new(StatusCode::UNAUTHORIZED, "You are not signed in, or your session has ended. Sign in, then try again. Nothing was sent.")
}

fn not_signed_in(path: &str, settings: &SignIn) -> Response<Body> {
    let mut response = refusal(path, signed_out());
    if settings.has_page() {
        if let Ok(page) = HeaderValue::try_from(settings.page()) {
            response.headers_mut().insert(SIGN_IN_HEADER, page);
        }
        response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer realm=\"Sluice\""));
    }
    response
}

/// On relayed paths the app reads a refusal as "nothing was sent", not as a vendor's.
fn refusal(path: &str, problem: Problem) -> Response<Body> {
    let relayed = path.starts_with("/api/c/");
    if relayed { Problem { relay: Some(Relay::NotSent), ..problem }.into_response() } else { problem.into_response() }
}
